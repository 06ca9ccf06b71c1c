//! A field of a PATCH body: absent, null, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a PATCH says about one field. Use with `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The field is not in the body: leave it as it is.
    #[default]
    Absent,
    /// The field is `null`: clear it.
    Null,
    /// The field has a value: set it.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the body said nothing about this field.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The new state of a field that may be empty: `None` leaves it, `Some(None)` clears it.
    pub fn into_change(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Self::from)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => serializer.serialize_some(value),
            Self::Absent | Self::Null => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, PartialEq)]
    struct Body {
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        note: Patch<String>,
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        for (json, expected) in
            [("{}", Patch::Absent), (r#"{"note":null}"#, Patch::Null), (r#"{"note":"x"}"#, Patch::Value("x".to_owned()))]
        {
            let body: Body = serde_json::from_str(json).unwrap();
            assert_eq!(body.note, expected);
            assert_eq!(serde_json::to_string(&body).unwrap(), json);
        }
    }
}
