//! The query of an address: filters, sort, tab, page.

use std::fmt::Write;

/// Names and values in their order. Setting keeps the order, so that an address stays recognisable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the part of an address after the question mark.
    pub fn parse(text: &str) -> Self {
        let pairs = text.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty());
        Self(pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decode(k), decode(v))).collect())
    }

    /// The value of a name, unless it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The values of a name that takes several, separated by commas.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.get(name).map(|value| value.split(',').map(str::to_owned).collect()).unwrap_or_default()
    }

    /// The same query with one name set, or taken out.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        match (self.0.iter_mut().find(|(key, _)| key == name), value) {
            (Some(pair), Some(value)) => value.clone_into(&mut pair.1),
            (None, Some(value)) => self.0.push((name.to_owned(), value.to_owned())),
            (_, None) => self.0.retain(|(key, _)| key != name),
        }
        self
    }

    /// Only these names, for a request that takes fewer than the page shows.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, value)| names.contains(&key.as_str()) && !value.is_empty()).cloned().collect())
    }

    /// With its question mark; empty if there is nothing to say.
    pub fn suffix(&self) -> String {
        let mut text = String::new();
        for (index, (key, value)) in self.0.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(&encode(key));
            text.push('=');
            text.push_str(&encode(value));
        }
        text
    }
}

/// Percent-encodes one segment or value. Commas and colons stay, so that lists of filters stay readable.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~,:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The text of a percent-encoded segment or value; what is no encoding stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, digit(at), digit(at + 1)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn reads_and_writes() {
        let query = Query::parse("?finding=not_met,not_assessed&q=a%26b%20%C3%A9&empty=");
        assert_eq!(query.list("finding"), ["not_met", "not_assessed"]);
        assert_eq!(query.get("q"), Some("a&b é"));
        assert_eq!((query.get("empty"), query.get("none")), (None, None));
        assert_eq!(Query::parse(&query.suffix()), query);
        assert_eq!(query.only(&["finding"]).suffix(), "?finding=not_met,not_assessed");
    }

    #[test]
    fn sets_in_place_and_takes_out() {
        let query = Query::parse("a=1&b=2").with("a", Some("3")).with("b", None).with("c", Some("4"));
        assert_eq!(query.suffix(), "?a=3&c=4");
        assert_eq!(Query::default().suffix(), "");
    }

    #[test]
    fn broken_encodings_stay() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("a+b%2B"), "a b+");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }
}
