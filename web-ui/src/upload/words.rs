//! What the tray says.

use super::item::{Failure, Item, State, Waiting};
use super::meter::seconds_left;
use crate::format;
use shared_types::evidence::KnownContent;

/// The line below a file's bar, but for what is done.
pub fn status(state: &State, percent: f64, left: u64, rate: Option<f64>) -> String {
    let percent = format!("{percent:.0} %");
    match state {
        State::Queued => "Waits for its turn".to_owned(),
        State::Hashing(percent) => format!("Looks whether the system has it · {percent} %"),
        State::Duplicate(places) => known(places),
        State::Sending => match rate {
            Some(rate) => format!("{percent} · {} · {} left", speed(rate), duration(seconds_left(left, rate))),
            None => percent,
        },
        State::Paused => format!("Paused at {percent}"),
        State::Waiting(Waiting::Line) => format!("Connection lost at {percent}. Resumes by itself."),
        State::Waiting(Waiting::Server) => format!("The server is busy at {percent}. Tries again by itself."),
        State::Finishing => "All bytes are there. Checking the file.".to_owned(),
        State::Failed(failure) => self::failure(failure),
        State::Interrupted(Some(why)) => why.clone(),
        State::Interrupted(None) => format!("Interrupted at {percent}. Choose the same file to go on."),
        State::Done(_) => "Done".to_owned(),
    }
}

/// Where the system has the content already.
pub fn known(places: &[KnownContent]) -> String {
    let Some(first) = places.first() else { return String::new() };
    let more = match places.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    format!("Here already: {} {}, version {}{more}.", first.number, first.title, first.version)
}

/// Why a file can't go on.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Unsuitable(why) => why.clone(),
        Failure::Unreadable => "The browser can't read the file any more: it was changed, moved or taken away.".to_owned(),
        Failure::Refused(error) => error.message(),
    }
}

/// That a file waits, for the live region.
pub fn waits(name: &str, waiting: Waiting) -> String {
    match waiting {
        Waiting::Line => format!("The connection is lost. {name} goes on by itself when it is back."),
        Waiting::Server => format!("The server is busy. {name} goes on by itself."),
    }
}

/// That another file was chosen than the one that was interrupted.
pub fn not_the_file(item: &Item, name: &str, size: u64) -> String {
    if *item.name != *name {
        format!("{name} is another file. Choose {}.", item.name)
    } else if item.size != size {
        format!(
            "This file has {}, the one begun has {}. It has changed: cancel, then upload it anew.",
            format::size(size),
            format::size(item.size)
        )
    } else {
        "This file was changed since the upload began. Cancel, then upload it anew.".to_owned()
    }
}

/// The tray's title.
pub fn title(states: &[State]) -> String {
    let count = |wanted: fn(&State) -> bool| states.iter().filter(|state| wanted(state)).count();
    let going = count(State::at_risk);
    let need = count(|state| matches!(state, State::Failed(_) | State::Interrupted(_) | State::Duplicate(_)));
    let paused = count(|state| matches!(state, State::Paused));
    let done = count(|state| matches!(state, State::Done(_)));
    let files = |count: usize| format::count(i64::try_from(count).unwrap_or(i64::MAX), "file", "files");
    match (going, need, paused) {
        (1.., _, _) => format!("Uploading {}", files(going)),
        (0, 1.., _) => format!("{} {} you", files(need), if need == 1 { "needs" } else { "need" }),
        (0, 0, 1..) => format!("{} paused", files(paused)),
        (0, 0, 0) => format!("{} uploaded", files(done)),
    }
}

/// A speed: `41 MB/s`.
pub fn speed(rate: f64) -> String {
    format!("{}/s", format::size(super::xhr::whole(rate)))
}

/// A span of time: `12 s`, `3 min`, `1 h 5 min`.
pub fn duration(seconds: u64) -> String {
    match seconds {
        ..90 => format!("{seconds} s"),
        90..3_600 => format!("{} min", seconds.div_ceil(60)),
        3_600..360_000 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => "a long time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_line_below_the_bar() {
        assert_eq!(status(&State::Sending, 68.2, 492_000_000, Some(41_000_000.0)), "68 % · 41.0 MB/s · 12 s left");
        assert_eq!(status(&State::Sending, 0.0, 1, None), "0 %");
        assert_eq!(status(&State::Waiting(Waiting::Line), 31.0, 0, None), "Connection lost at 31 %. Resumes by itself.");
        assert_eq!(
            [duration(12), duration(100), duration(3_900), duration(u64::MAX)],
            ["12 s", "2 min", "1 h 5 min", "a long time"]
        );
    }

    #[test]
    fn the_title_says_what_matters_most() {
        let failed = || State::Failed(Failure::Unreadable);
        assert_eq!(title(&[State::Sending, State::Queued, failed()]), "Uploading 2 files");
        assert_eq!(title(&[failed(), State::Paused]), "1 file needs you");
        assert_eq!(title(&[State::Interrupted(None), failed()]), "2 files need you");
        assert_eq!(title(&[State::Paused]), "1 file paused");
        assert_eq!(title(&[]), "0 files uploaded");
    }
}
