//! Whatever a codec can hold, read without knowing its type: to compare two states, and to show one to people.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_128;

/// One value with all that is in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Nothing,
    Bool(bool),
    Integer(i128),
    Single(f32),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

impl Value {
    /// The same for values that differ in nothing but order: sums do not mind it.
    pub(super) fn digest(&self) -> u128 {
        match self {
            Self::Nothing => tagged(b'0', &[]),
            Self::Bool(value) => tagged(b'b', &[u8::from(*value)]),
            Self::Integer(value) => tagged(b'i', &value.to_le_bytes()),
            Self::Single(value) => tagged(b'f', &value.to_bits().to_le_bytes()),
            Self::Double(value) => tagged(b'd', &value.to_bits().to_le_bytes()),
            Self::Text(text) => tagged(b'"', text.as_bytes()),
            Self::Bytes(bytes) => tagged(b'x', bytes),
            Self::List(values) => sum(b'[', values.iter().map(Self::digest)),
            Self::Map(fields) => sum(b'{', fields.iter().map(field_digest)),
        }
    }
}

fn field_digest((key, value): &(Value, Value)) -> u128 {
    let both = [key.digest().to_le_bytes(), value.digest().to_le_bytes()];
    xxh3_128(&both.concat())
}

fn sum(tag: u8, digests: impl Iterator<Item = u128>) -> u128 {
    tagged(tag, &digests.fold(0, u128::wrapping_add).to_le_bytes())
}

fn tagged(tag: u8, bytes: &[u8]) -> u128 {
    xxh3_128(&[&[tag], bytes].concat())
}

/// As a step of a path.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("()"),
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Single(value) => value.fmt(f),
            Self::Double(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Bytes(_) | Self::List(_) | Self::Map(_) => f.write_str("?"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i128(*value),
            Self::Single(value) => serializer.serialize_f32(*value),
            Self::Double(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::List(values) => serializer.collect_seq(values),
            Self::Map(fields) => serializer.collect_map(fields.iter().map(|(k, v)| (k, v))),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

macro_rules! scalars {
    ($($method:ident($type:ty) => $variant:ident)*) => {$(
        fn $method<E>(self, value: $type) -> Result<Value, E> {
            Ok(Value::$variant(value.into()))
        }
    )*};
}

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    scalars! {
        visit_bool(bool) => Bool
        visit_i64(i64) => Integer
        visit_i128(i128) => Integer
        visit_u64(u64) => Integer
        visit_f32(f32) => Single
        visit_f64(f64) => Double
        visit_str(&str) => Text
        visit_string(String) => Text
        visit_bytes(&[u8]) => Bytes
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Value::Map(fields))
    }
}
