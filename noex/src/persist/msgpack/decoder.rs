//! Reads MessagePack and knows at every moment where in the state it is, which costs a push for each list and map.
//!
//! `rmp-serde` reads as well, but says neither where a failure is nor which fields nobody wanted, takes a negative number
//! for a large one of 128 bits, and nests as deep as the bytes say.

mod access;

use std::fmt;

use serde::Deserialize as _;
use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, Error as _, IntoDeserializer as _, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::head::{Head, NoHead};
use crate::persist::codec::path::join;
use crate::persist::codec::value::Value;
use access::{Bytes, Entries, Items, Variant};

/// A reader of one value and all that is in it.
pub(super) struct Decoder<'de> {
    all: &'de [u8],
    rest: &'de [u8],
    /// Where it is in each open list and map, the outermost first.
    open: Vec<Step>,
    unknown: Vec<String>,
}

/// Where in a list or a map.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// At a key, or behind the last value.
    Between,
    Item(usize),
    /// In the value whose key is at this byte.
    Entry(usize),
    /// In what a variant holds, whose name is at this byte.
    Variant(usize),
}

/// What a type or the bytes say against it; where is known to the decoder.
#[derive(Debug)]
pub(super) struct Failure(String);

impl<'de> Decoder<'de> {
    pub(super) fn new(all: &'de [u8]) -> Self {
        Self {
            all,
            rest: all,
            open: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.all.len() - self.rest.len()
    }

    /// Makes sure that nothing is left.
    pub(super) fn end(&self) -> Result<(), Failure> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Failure("it goes on after its end".to_owned()))
        }
    }

    /// The path of what is being read.
    pub(super) fn path(&self) -> String {
        self.path_of(|_| true)
    }

    /// The fields that no type wanted.
    pub(super) fn into_unknown(self) -> Vec<String> {
        self.unknown
    }

    fn path_of(&self, is_told: impl Fn(&Step) -> bool) -> String {
        let told = self.open.iter().filter(|step| is_told(step));
        let steps = told.filter_map(|step| match step {
            Step::Between => None,
            Step::Item(index) => Some(index.to_string()),
            Step::Entry(at) | Step::Variant(at) => Some(self.key_at(*at)),
        });
        steps.fold(String::new(), |path, step| join(&path, &step))
    }

    fn key_at(&self, at: usize) -> String {
        let key = self.all.get(at..).map(Decoder::new);
        let value = key.and_then(|mut key| Value::deserialize(&mut key).ok());
        value.map_or("?".to_owned(), |value| value.to_string())
    }

    fn head(&mut self) -> Result<Head<'de>, Failure> {
        Ok(Head::read(&mut self.rest)?)
    }

    fn peek(&self) -> Result<Head<'de>, Failure> {
        Ok(Head::read(&mut { self.rest })?)
    }

    /// Reads one value that nobody wants, without recursion.
    fn skip(&mut self) -> Result<(), Failure> {
        let mut left = 1_u64;
        while left > 0 {
            left = (left - 1).saturating_add(self.head()?.within());
        }
        Ok(())
    }

    fn visit<V: Visitor<'de>>(&mut self, head: Head<'de>, visitor: V) -> Result<V::Value, Failure> {
        match head {
            Head::Nothing => visitor.visit_unit(),
            Head::Bool(value) => visitor.visit_bool(value),
            Head::Unsigned(value) => visitor.visit_u64(value),
            Head::Signed(value) => visitor.visit_i64(value),
            Head::Single(value) => visitor.visit_f32(value),
            Head::Double(value) => visitor.visit_f64(value),
            Head::Text(text) => visitor.visit_borrowed_str(utf8(text)?),
            Head::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Head::List(len) => Items::read(self, len, visitor),
            Head::Map(len) => Entries::read(self, len, visitor),
        }
    }

    /// A number of 128 bits, which is text where it has to be, and nowhere else.
    fn big<T: std::str::FromStr>(&mut self, has_to_be: impl Fn(&T) -> bool) -> Option<T> {
        let mut rest = self.rest;
        let Ok(Head::Text(text)) = Head::read(&mut rest) else {
            return None;
        };
        let number = std::str::from_utf8(text).ok()?.parse().ok();
        let number = number.filter(has_to_be)?;
        self.rest = rest;
        Some(number)
    }
}

fn utf8(text: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(text).map_err(|_| Failure("text that is not UTF-8".to_owned()))
}

impl<'de> Deserializer<'de> for &mut Decoder<'de> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let head = self.head()?;
        self.visit(head, visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.big(|number| i64::try_from(*number).is_err()) {
            Some(number) => visitor.visit_i128(number),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.big(|number| u64::try_from(*number).is_err()) {
            Some(number) => visitor.visit_u128(number),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.peek()? != Head::Nothing {
            return visitor.visit_some(self);
        }
        self.head()?;
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    /// What was written as bytes may be read as the list of its bytes, as in JSON.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.head()? {
            Head::Bytes(bytes) => Bytes::read(bytes, visitor),
            head => self.visit(head, visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    /// A variant without content is its name, every other a map of its name to its content.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match self.head()? {
            Head::Text(name) => {
                let name: StrDeserializer<'_, Failure> = utf8(name)?.into_deserializer();
                visitor.visit_enum(name)
            }
            Head::Map(1) => Variant::read(self, visitor),
            head => Err(Failure::invalid_type(head.unexpected(), &"a variant")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let path = self.path_of(|step| !matches!(step, Step::Variant(_)));
        self.unknown.push(path);
        self.skip()?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        true
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct map struct identifier
    }
}

impl<'de> Head<'de> {
    fn unexpected(self) -> Unexpected<'de> {
        match self {
            Self::Nothing => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(value),
            Self::Unsigned(value) => Unexpected::Unsigned(value),
            Self::Signed(value) => Unexpected::Signed(value),
            Self::Single(value) => Unexpected::Float(value.into()),
            Self::Double(value) => Unexpected::Float(value),
            Self::Text(_) => Unexpected::Other("text"),
            Self::Bytes(bytes) => Unexpected::Bytes(bytes),
            Self::List(_) => Unexpected::Seq,
            Self::Map(_) => Unexpected::Map,
        }
    }
}

impl From<NoHead> for Failure {
    fn from(error: NoHead) -> Self {
        Self(error.to_string())
    }
}

impl serde::de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
