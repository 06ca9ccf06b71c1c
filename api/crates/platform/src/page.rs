//! Keyset pagination: opaque cursors that belong to their filters.

use crate::{AppError, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use shared_types::{ErrorCode, FieldCode, Page, PageInfo};

/// Rows of a page if the client names no number.
pub const DEFAULT_LIMIT: u64 = 50;
/// Most rows of a page.
pub const MAX_LIMIT: u64 = 200;
/// `total` counts no further.
pub const MAX_TOTAL: u64 = 10_000;

/// Which way a cursor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// To the rows after the key.
    #[serde(rename = "n")]
    Next,
    /// To the rows before the key.
    #[serde(rename = "p")]
    Prev,
}

/// What a cursor says: the key of the row at the edge, and which way to go from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor<K> {
    /// Hash of the filters and the order that it belongs to.
    f: String,
    /// Which way.
    pub d: Direction,
    /// The key of the row at the edge.
    pub k: K,
}

/// The part of a list's query that every list has.
#[derive(Debug, Clone)]
pub struct PageRequest<K> {
    /// Rows wanted, 1 to 200.
    pub limit: u64,
    /// From where.
    pub cursor: Option<Cursor<K>>,
    filters: String,
}

impl<K: Serialize + DeserializeOwned> PageRequest<K> {
    /// Reads `limit` and `cursor`. `filters` is everything else that decides the rows and their order.
    pub fn parse(limit: Option<u64>, cursor: Option<&str>, filters: &impl Serialize) -> Result<Self> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(AppError::invalid("limit", FieldCode::OutOfRange, format!("from 1 to {MAX_LIMIT}")));
        }
        let text = serde_json::to_vec(filters).map_err(AppError::internal)?;
        let filters = URL_SAFE_NO_PAD.encode(Sha256::digest(text).get(..9).unwrap_or_default());
        let cursor = cursor.map(|text| Self::read_cursor(text, &filters)).transpose()?;
        Ok(Self { limit, cursor, filters })
    }

    fn read_cursor(text: &str, filters: &str) -> Result<Cursor<K>> {
        let bad = || AppError::new(ErrorCode::BadCursor);
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_bad| bad())?;
        let read: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_bad| bad())?;
        // PostgreSQL can't take a NUL, and no key that was given out has one.
        if has_nul(&read) {
            return Err(bad());
        }
        let cursor: Cursor<K> = serde_json::from_value(read).map_err(|_bad| bad())?;
        if cursor.f == filters { Ok(cursor) } else { Err(bad()) }
    }

    /// How many rows to ask the database for: one more than wanted tells whether there are others.
    pub fn fetch(&self) -> u64 {
        self.limit + 1
    }

    /// Whether the rows are to be read against the list's order.
    pub fn backwards(&self) -> bool {
        self.cursor.as_ref().is_some_and(|cursor| cursor.d == Direction::Prev)
    }

    /// Makes the page of up to `fetch()` rows, read in the direction of the cursor.
    pub fn page<R, T>(
        &self,
        mut rows: Vec<R>,
        total: Option<u64>,
        key: impl Fn(&R) -> K,
        item: impl FnMut(R) -> T,
    ) -> Result<Page<T>> {
        let more = rows.len() as u64 > self.limit;
        rows.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        let backwards = self.backwards();
        if backwards {
            rows.reverse();
        }
        let (has_prev, has_next) = if backwards { (more, true) } else { (self.cursor.is_some(), more) };
        let write = |row: Option<&R>, wanted: bool, d: Direction| match row {
            Some(row) if wanted => {
                let cursor = Cursor { f: self.filters.clone(), d, k: key(row) };
                serde_json::to_vec(&cursor).map(|bytes| Some(URL_SAFE_NO_PAD.encode(bytes))).map_err(AppError::internal)
            }
            _ => Ok(None),
        };
        let page = PageInfo {
            next: write(rows.last(), has_next, Direction::Next)?,
            prev: write(rows.first(), has_prev, Direction::Prev)?,
            total,
        };
        Ok(Page { items: rows.into_iter().map(item).collect(), page })
    }
}

fn has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(parts) => parts.iter().any(has_nul),
        serde_json::Value::Object(parts) => parts.values().any(has_nul),
        _ => false,
    }
}

/// A page that holds the whole of a short list.
pub fn whole<T>(items: Vec<T>) -> Page<T> {
    let total = Some(items.len() as u64);
    Page { items, page: PageInfo { next: None, prev: None, total } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_belong_to_their_filters() {
        let request = PageRequest::<i64>::parse(Some(2), None, &"a").unwrap();
        let page = request.page(vec![1, 2, 3], None, |n| *n, |n| n).unwrap();
        assert_eq!((page.items.as_slice(), page.page.prev.is_none()), ([1, 2].as_slice(), true));
        let next = page.page.next.unwrap();
        let second = PageRequest::<i64>::parse(Some(2), Some(&next), &"a").unwrap();
        assert_eq!(second.cursor.unwrap().k, 2);
        let foreign = PageRequest::<i64>::parse(Some(2), Some(&next), &"b").unwrap_err();
        assert_eq!(foreign.code(), ErrorCode::BadCursor);
    }

    #[test]
    fn limits_are_bounded() {
        for limit in [0, 201, u64::MAX] {
            assert!(PageRequest::<i64>::parse(Some(limit), None, &()).is_err());
        }
    }
}
