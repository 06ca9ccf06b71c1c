//! How often the database is asked what, and how long it takes.
//!
//! Statements are counted under names of the features: the operation or the job that they belong to, or a narrower name that a
//! function gives with [`named`] (`session`, which every request reads). Never under their text: a plan of the tables is no reading for
//! an administrator, and texts that are put together would be without number.
//!
//! Counting takes no lock: the name travels with the task, its place in a table of fixed size is found by reading, and the numbers
//! are atomics. Names are constants of the program, so the table can't grow. What is counted is of this process, since it started.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Places in the table: there are some 150 names.
const PLACES: usize = 512;
/// What belongs to no operation and no job: the start, the command line.
const OTHER: &str = "other";
/// How long a statement may take before it is logged, unless the settings say otherwise.
const SLOW: Duration = Duration::from_millis(100);

tokio::task_local! {
    static NAME: &'static str;
}

/// Counts the statements of a future under a name.
pub async fn named<T>(name: &'static str, work: impl Future<Output = T>) -> T {
    NAME.scope(name, work).await
}

/// The name of what runs: for work that is handed to another task.
pub(super) fn current() -> &'static str {
    NAME.try_with(|name| *name).unwrap_or(OTHER)
}

/// What was measured of one name, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// The name.
    pub name: &'static str,
    /// Statements.
    pub count: u64,
    /// The quickest.
    pub min: u64,
    /// All together.
    pub total: u64,
    /// The slowest.
    pub max: u64,
    /// Those above the bound.
    pub slow: u64,
}

struct Place {
    name: &'static str,
    count: AtomicU64,
    min: AtomicU64,
    total: AtomicU64,
    max: AtomicU64,
    slow: AtomicU64,
}

impl Place {
    fn of(name: &'static str) -> Self {
        let zero = || AtomicU64::new(0);
        Self { name, count: zero(), min: AtomicU64::new(u64::MAX), total: zero(), max: zero(), slow: zero() }
    }

    /// The numbers are read one after another: a statement that ends meanwhile may be in one of them and not in the next.
    fn measured(&self) -> Measured {
        let count = self.count.load(Relaxed);
        Measured {
            name: self.name,
            count,
            min: if count == 0 { 0 } else { self.min.load(Relaxed) },
            total: self.total.load(Relaxed),
            max: self.max.load(Relaxed),
            slow: self.slow.load(Relaxed),
        }
    }
}

/// The table.
pub struct Profile {
    places: Box<[OnceLock<Place>]>,
    slow: AtomicU64,
}

impl Default for Profile {
    fn default() -> Self {
        Self { places: std::iter::repeat_with(OnceLock::new).take(PLACES).collect(), slow: AtomicU64::new(micros(SLOW)) }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Profile {
    /// From how long a statement is slow.
    pub fn set_slow(&self, bound: Duration) {
        self.slow.store(micros(bound), Relaxed);
    }

    /// Counts a statement under the name of what runs; logs it if it was slow.
    pub(super) fn note(&self, took: Duration) {
        let name = current();
        if self.record(name, took) {
            let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(query = name, millis, "a slow query");
        }
    }

    /// Counts a statement; whether it was slow.
    fn record(&self, name: &'static str, took: Duration) -> bool {
        let time = micros(took);
        let slow = time > self.slow.load(Relaxed);
        if let Some(place) = self.place(name) {
            place.count.fetch_add(1, Relaxed);
            place.min.fetch_min(time, Relaxed);
            place.total.fetch_add(time, Relaxed);
            place.max.fetch_max(time, Relaxed);
            place.slow.fetch_add(u64::from(slow), Relaxed);
        }
        slow
    }

    /// The place of a name: taken once, by whoever comes first, and only read after. None if the table were full.
    fn place(&self, name: &'static str) -> Option<&Place> {
        let places = self.places.len();
        let first = name.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(byte)));
        (0..places)
            .filter_map(|step| self.places.get(first.wrapping_add(step) % places))
            .map(|place| place.get_or_init(|| Place::of(name)))
            .find(|place| place.name == name)
    }

    /// What was measured, the most time first.
    pub fn measured(&self) -> Vec<Measured> {
        let mut all: Vec<Measured> = self.places.iter().filter_map(OnceLock::get).map(Place::measured).collect();
        all.sort_by(|a, b| b.total.cmp(&a.total).then(a.name.cmp(b.name)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_by_name() {
        let profile = Profile::default();
        for (name, millis, slow) in
            [("list_tasks", 3, false), ("list_tasks", 101, true), ("session", 1, false), ("session", 100, false)]
        {
            assert_eq!(profile.record(name, Duration::from_millis(millis)), slow, "{name} {millis}");
        }
        let of = |name, count, min, total, max, slow| Measured { name, count, min, total, max, slow };
        let wanted = [of("list_tasks", 2, 3_000, 104_000, 101_000, 1), of("session", 2, 1_000, 101_000, 100_000, 0)];
        assert_eq!(profile.measured(), wanted);
        profile.set_slow(Duration::from_millis(500));
        assert!(!profile.record("list_tasks", Duration::from_millis(400)));
    }

    #[test]
    fn a_full_table_grows_no_further() {
        let profile = Profile::default();
        for n in 0..2 * PLACES {
            let name: &'static str = Box::leak(format!("name {n}").into_boxed_str());
            profile.record(name, Duration::from_micros(1));
        }
        let all = profile.measured();
        assert_eq!((all.len(), all.iter().map(|one| one.count).sum::<u64>()), (PLACES, PLACES as u64));
    }

    #[test]
    fn many_threads_lose_no_count() {
        let profile = Profile::default();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for name in ["a", "b", "c"].into_iter().cycle().take(3_000) {
                        profile.record(name, Duration::from_micros(2));
                    }
                });
            }
        });
        let counts: Vec<(u64, u64)> = profile.measured().iter().map(|one| (one.count, one.total)).collect();
        assert_eq!(counts, [(8_000, 16_000); 3]);
    }

    #[tokio::test]
    async fn the_innermost_name_counts() {
        assert_eq!(current(), OTHER);
        named("outer", async {
            assert_eq!(named("inner", async { current() }).await, "inner");
            assert_eq!(current(), "outer");
        })
        .await;
    }
}
