//! A configuration as it was written, before anything is known of options: so that all mistakes can be listed, and
//! not only the first.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// A value of any format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    Bool(bool),
    Whole(u64),
    Text(String),
    /// In the order written; a name may come twice where the format lets it.
    Table(Vec<(String, Raw)>),
    /// What no option takes, in words.
    Other(&'static str),
}

impl Raw {
    /// What it is, in words.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::Whole(_) => "a number",
            Self::Text(_) => "a string",
            Self::Table(_) => "a table",
            Self::Other(what) => what,
        }
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Whole(value) => serializer.serialize_u64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Table(entries) => {
                serializer.collect_map(entries.iter().map(|(name, value)| (name, value)))
            }
            Self::Other(_) => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(u64::try_from(value).map_or(Raw::Other("a negative number"), Raw::Whole))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(u64::try_from(value).map_or(Raw::Other("a number beyond all bounds"), Raw::Whole))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(u64::try_from(value).map_or(Raw::Other("a number beyond all bounds"), Raw::Whole))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Other("a number with a fraction"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Raw, E> {
        Ok(Raw::Other("bytes"))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Other("null"))
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Other("null"))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Raw::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some((name, value)) = map.next_entry::<Raw, Raw>()? {
            entries.push((text_of(name), value));
        }
        Ok(match entries.as_slice() {
            // How TOML's own values of time present themselves.
            [(name, _)] if name.starts_with("$__toml") => Raw::Other("a date or a time"),
            _ => Raw::Table(entries),
        })
    }
}

/// A name as text: there are formats in which a name can be a number.
fn text_of(name: Raw) -> String {
    match name {
        Raw::Text(text) => text,
        Raw::Whole(number) => number.to_string(),
        Raw::Bool(value) => value.to_string(),
        Raw::Table(_) | Raw::Other(_) => name.what().to_owned(),
    }
}
