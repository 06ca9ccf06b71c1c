//! JSON as the OpenAPI document means it: objects are objects, and words are words. serde's derived readers also take an array of the
//! fields' values for an object, and an object of the word for a word (`{"met":null}`).

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt;

/// A reader, and everything that it hands on, that takes nothing else.
///
/// What an enum with an inner tag has read already before it knows its variant is out of reach; and of an object with two words for an enum
/// that carries data the parser says that it is no JSON.
pub(super) struct Strict<T>(pub(super) T);

/// Methods that hand on to the inner reader, with the visitor wrapped.
macro_rules! reads {
    ($($method:ident($($argument:ident: $kind:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $kind,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.0.$method($($argument,)* Strict(visitor))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    reads! {
        deserialize_any(); deserialize_bool(); deserialize_i8(); deserialize_i16(); deserialize_i32(); deserialize_i64();
        deserialize_i128(); deserialize_u8(); deserialize_u16(); deserialize_u32(); deserialize_u64(); deserialize_u128();
        deserialize_f32(); deserialize_f64(); deserialize_char(); deserialize_str(); deserialize_string(); deserialize_bytes();
        deserialize_byte_buf(); deserialize_option(); deserialize_unit(); deserialize_seq(); deserialize_map();
        deserialize_identifier(); deserialize_ignored_any();
        deserialize_unit_struct(name: &'static str); deserialize_newtype_struct(name: &'static str);
        deserialize_tuple(length: usize); deserialize_tuple_struct(name: &'static str, length: usize);
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_map(Strict(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_any(Word { variants, visitor })
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

/// Methods that hand a plain value on.
macro_rules! visits {
    ($($method:ident: $kind:ty;)*) => {$(
        fn $method<E: Error>(self, value: $kind) -> Result<V::Value, E> {
            self.0.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<V> {
    type Value = V::Value;

    visits! {
        visit_bool: bool; visit_i8: i8; visit_i16: i16; visit_i32: i32; visit_i64: i64; visit_i128: i128; visit_u8: u8;
        visit_u16: u16; visit_u32: u32; visit_u64: u64; visit_u128: u128; visit_f32: f32; visit_f64: f64; visit_char: char;
        visit_str: &str; visit_borrowed_str: &'de str; visit_string: String; visit_bytes: &[u8];
        visit_borrowed_bytes: &'de [u8]; visit_byte_buf: Vec<u8>;
    }

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }
    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }
    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Strict(inner))
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Strict(inner))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Strict(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Strict(entries))
    }
    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Strict(variant))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(inner))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Strict(seed))
    }
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Strict(seed))
    }
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// One of an enum's words, or an object of one word and what belongs to it.
struct Word<V> {
    variants: &'static [&'static str],
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Word<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "one of {}", self.variants.join(", "))
    }
    fn visit_str<E: Error>(self, word: &str) -> Result<V::Value, E> {
        self.visitor.visit_enum(word.into_deserializer())
    }
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(Strict(MapAccessDeserializer::new(entries)))
    }
}

/// Of an object.
impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Strict<A> {
    type Error = A::Error;
    type Variant = Strict<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        self.0.variant_seed(seed).map(|(value, variant)| (value, Strict(variant)))
    }
}

/// Of an object.
impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::invalid_type(Unexpected::Map, &"text"))
    }
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(Strict(seed))
    }
    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(length, Strict(visitor))
    }
    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        // Not the inner reader's own way, which takes an array.
        self.0.newtype_variant_seed(Fields(fields, visitor))
    }
}

/// The object of an enum's variant with named fields.
struct Fields<V>(&'static [&'static str], V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Fields<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        Strict(inner).deserialize_struct("", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Point {
        x: i32,
        #[serde(default)]
        y: Option<i32>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Shape {
        Dot,
        Circle(Point),
        Line { from: Point, to: Point },
        Pair(i32, i32),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Body {
        #[serde(default)]
        point: Option<Point>,
        #[serde(default)]
        points: Vec<Point>,
        #[serde(default)]
        named: BTreeMap<String, Point>,
        #[serde(default)]
        shapes: Vec<Shape>,
        #[serde(default)]
        pair: Option<(i32, String)>,
        #[serde(default)]
        anything: serde_json::Value,
    }

    #[test]
    fn an_array_is_no_object_at_any_depth() {
        for (json, pointer) in [
            (r#"{"point":[1,2]}"#, "/point"),
            (r#"{"points":[{"x":1},[1,2]]}"#, "/points/1"),
            (r#"{"named":{"a":[1,2]}}"#, "/named/a"),
            (r#"{"shapes":[{"circle":[1,2]}]}"#, "/shapes/0"),
            (r#"{"shapes":[{"line":[{"x":1},{"x":2}]}]}"#, "/shapes/0"),
            (r#"{"shapes":[{"line":{"from":[1],"to":{"x":1}}}]}"#, "/shapes/0/from"),
        ] {
            let error = parse::<Body>(json.as_bytes()).unwrap_err();
            let field = error.errors().first().unwrap_or_else(|| panic!("{json}: {error}"));
            assert_eq!((field.pointer.as_str(), field.detail.as_str()), (pointer, "an object"), "{json}");
        }
    }

    #[test]
    fn an_object_is_no_word_and_nor_is_anything_else() {
        for (json, detail) in [
            (r#"{"shapes":[{"dot":null}]}"#, "text"),
            (r#"{"shapes":[{"dot":{}}]}"#, "text"),
            (r#"{"shapes":[{}]}"#, "text"),
            (r#"{"shapes":["square"]}"#, "one of dot, circle, line, pair"),
            (r#"{"shapes":[null]}"#, "one of dot, circle, line, pair"),
            (r#"{"shapes":[7]}"#, "one of dot, circle, line, pair"),
            (r#"{"shapes":[[]]}"#, "one of dot, circle, line, pair"),
        ] {
            let error = parse::<Body>(json.as_bytes()).unwrap_err();
            let field = error.errors().first().unwrap_or_else(|| panic!("{json}: {error}"));
            assert_eq!((field.pointer.as_str(), field.detail.as_str()), ("/shapes/0", detail), "{json}");
        }
    }

    #[test]
    fn all_else_is_read_as_before() {
        let json = r#"{"point":{"x":-1,"y":null},"points":[{"x":1,"y":2}],"named":{"a":{"x":3}},"pair":[4,"five"],
            "shapes":["dot",{"circle":{"x":6}},{"line":{"from":{"x":7},"to":{"x":8}}},{"pair":[9,10]}],"anything":[1.5,true,{"b":[]}]}"#;
        assert_eq!(parse::<Body>(json.as_bytes()).unwrap(), serde_json::from_str(json).unwrap());
    }
}
