//! JSON into the DTOs, leanly.
//!
//! `serde_json::from_str` is compiled into every type that it reads, with a sentence for everything that may be wrong. Here the text
//! becomes a `Value` once, and the types are read from that by the few lines below, which only know that something is wrong. An answer
//! that can't be read means that client and server are of different versions: no sentence about a field would help the reader.
//! It takes a tenth off the client.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The text is not what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong;

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not what was expected")
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a value of some type.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Wrong> {
    let value: Value = serde_json::from_str(text).map_err(|_| Wrong)?;
    T::deserialize(Node(&value))
}

/// A part of the text.
#[derive(Clone, Copy)]
struct Node<'a>(&'a Value);

macro_rules! as_number {
    ($($method:ident $visit:ident $get:ident;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            visitor.$visit(self.0.$get().ok_or(Wrong)?)
        }
    )+};
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), ..) => visitor.visit_u64(value),
                (_, Some(value), _) => visitor.visit_i64(value),
                (.., Some(value)) => visitor.visit_f64(value),
                _ => Err(Wrong),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_bool(self.0.as_bool().ok_or(Wrong)?)
    }

    as_number! {
        deserialize_u8 visit_u64 as_u64;
        deserialize_u16 visit_u64 as_u64;
        deserialize_u32 visit_u64 as_u64;
        deserialize_u64 visit_u64 as_u64;
        deserialize_i8 visit_i64 as_i64;
        deserialize_i16 visit_i64 as_i64;
        deserialize_i32 visit_i64 as_i64;
        deserialize_i64 visit_i64 as_i64;
        deserialize_f32 visit_f64 as_f64;
        deserialize_f64 visit_f64 as_f64;
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_borrowed_str(self.0.as_str().ok_or(Wrong)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(Wrong) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_seq(Items(self.0.as_array().ok_or(Wrong)?.iter()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_map(Fields { fields: self.0.as_object().ok_or(Wrong)?.iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_enum(Word(self))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 char bytes byte_buf unit_struct tuple tuple_struct }
}

struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Wrong;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Wrong> {
        self.0.next().map(|value| seed.deserialize(Node(value))).transpose()
    }
}

struct Fields<'a> {
    fields: serde_json::map::Iter<'a>,
    value: Option<&'a Value>,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Wrong;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Wrong> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(serde::de::value::BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Wrong> {
        seed.deserialize(Node(self.value.take().ok_or(Wrong)?))
    }
}

/// An enum without data, as all of the API's are: a word.
struct Word<'a>(Node<'a>);

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = Wrong;
    type Variant = Plain;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Plain), Wrong> {
        Ok((seed.deserialize(self.0)?, Plain))
    }
}

struct Plain;

impl<'de> VariantAccess<'de> for Plain {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Wrong> {
        Err(Wrong)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Wrong> {
        Err(Wrong)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Wrong> {
        Err(Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared_types::Page;
    use shared_types::audit::AuditEvent;
    use shared_types::problem::Problem;
    use shared_types::systems::System;
    use std::fmt::Debug;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// What `serde_json` reads, this reads alike.
    fn alike<T: DeserializeOwned + PartialEq + Debug>(text: &str) -> T {
        let read = from_json::<T>(text).unwrap();
        assert_eq!(read, serde_json::from_str::<T>(text).unwrap());
        read
    }

    const ID: &str = "01936e5a-0000-7000-8000-000000000001";

    #[test]
    fn every_shape_of_the_api_is_read() {
        let system = format!(
            r#"{{"id":"{ID}","name":"é \"x\"","organization":"o","description":null,"pack":"p","pack_version":"v","level":2,
            "cage_codes":["1ABC2"],"uei":null,"ssp_version":"1","ssp_date":"2026-11-01","time_zone":"UTC","demo":false,
            "archived_at":null,"created_at":"2026-11-01T00:00:00.123456Z","updated_at":"2026-11-01T00:00:00Z","role":"manager","version":-3,
            "from_a_newer_server":{{"x":[1,2.5,-1]}}}}"#
        );
        let page = format!(r#"{{"items":[{system}],"page":{{"next":"c","prev":null,"total":12}}}}"#);
        assert_eq!(alike::<Page<System>>(&page).items.first().map(|system| system.version), Some(-3));
        let event = format!(
            r#"{{"id":"{ID}","sequence":1,"at":"2026-11-01T00:00:00Z","actor":null,"action":"a","object_kind":"k","object_id":null,
            "object_label":null,"details":{{"a":[1,-2,3.5,null,true,"x",{{}}]}},"request_id":null,"hash":"h"}}"#
        );
        alike::<AuditEvent>(&event);
        alike::<Problem>(
            r#"{"type":"t","title":"x","status":409,"code":"taken","errors":[{"pointer":"/a","code":"weak","detail":"d"}]}"#,
        );
        alike::<Option<u8>>("null");
        alike::<Vec<f64>>("[1,2.5,-3]");
        alike::<()>("null");
        alike::<std::collections::BTreeMap<String, bool>>(r#"{"a":true}"#);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for text in ["", "{", "{}", r#"{"status":70000}"#, "[]", "null", "3"] {
            assert_eq!(from_json::<Problem>(text), Err(Wrong), "{text}");
        }
        assert_eq!(from_json::<u8>("300"), Err(Wrong));
        assert_eq!(from_json::<u8>("-1"), Err(Wrong));
        assert_eq!(from_json::<bool>("\"true\""), Err(Wrong));
        assert_eq!(from_json::<shared_types::systems::Role>("\"owner\""), Err(Wrong));
    }
}
