//! A serializer before a codec's own that refuses what the codec cannot give back.
//!
//! `serde_json` writes a NaN as `null`, both write `Some(None)` as `None` and nest deeper than they read, and
//! MessagePack writes a length before it has seen that many values.

use std::cell::Cell;

use serde::ser::{Error, Serialize, Serializer};

mod compound;

use compound::Compound;

/// `serde_json` reads 127 arrays and objects within one another, and no more; the other codecs keep to it.
pub(super) const DEEPEST: usize = 127;

/// What one codec cannot do, and the others can.
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub(super) struct Rules {
    /// It has numbers only, no NaN and no infinities.
    pub(super) finite: bool,
    /// The keys of its maps are text.
    pub(super) text_keys: bool,
    /// It writes how many values there are before it writes them.
    pub(super) counted: bool,
    /// It has integers of 128 bits; without them, they are text.
    pub(super) big_integers: bool,
}

/// A value that a codec does not give back as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unstorable {
    /// A NaN or an infinity.
    #[error("it has no NaN and no infinities")]
    NotFinite,
    /// `Some(None)` or `Some(())`, which would be read as `None`.
    #[error("it cannot tell `Some` of an empty value from `None`")]
    NestedOption,
    /// A map whose keys are neither strings nor numbers.
    #[error(
        "its maps have no such keys, only strings and numbers (a list of pairs has: `as = \"Vec<(_, _)>\"`)"
    )]
    MapKey,
    /// Values nested more than 127 deep.
    #[error("it is read no deeper than 127 values within one another")]
    TooDeep,
    /// A list, a map or a struct whose `Serialize` promised another number of values than it gave.
    #[error("it is told beforehand how many values there are, and there were others")]
    Miscounted,
    /// More than four gigabytes.
    #[error("it is read no longer than four gigabytes")]
    TooLong,
}

/// What is known of a state while it is written.
pub(super) struct Checks {
    rules: &'static Rules,
    depth: Cell<usize>,
    refused: Cell<Option<Unstorable>>,
}

impl Checks {
    pub(super) fn new(rules: &'static Rules) -> Self {
        Self {
            rules,
            depth: Cell::default(),
            refused: Cell::default(),
        }
    }

    pub(super) fn refused(&self) -> Option<Unstorable> {
        self.refused.get()
    }

    fn refuse<E: Error>(&self, reason: Unstorable) -> E {
        self.refused.set(Some(reason));
        E::custom(reason)
    }

    fn enter<E: Error>(&self, levels: usize) -> Result<(), E> {
        self.depth.set(self.depth.get() + levels);
        if self.depth.get() > DEEPEST {
            Err(self.refuse(Unstorable::TooDeep))
        } else {
            Ok(())
        }
    }

    fn leave(&self, levels: usize) {
        self.depth.set(self.depth.get().saturating_sub(levels));
    }
}

/// The serializer `S` with every value checked on its way.
pub(super) struct Strict<'a, S> {
    inner: S,
    checks: &'a Checks,
    in_some: bool,
}

impl<'a, S: Serializer> Strict<'a, S> {
    pub(super) fn new(inner: S, checks: &'a Checks) -> Self {
        Self {
            inner,
            checks,
            in_some: false,
        }
    }

    fn check_not_in_some(&self) -> Result<(), S::Error> {
        if self.in_some {
            Err(self.checks.refuse(Unstorable::NestedOption))
        } else {
            Ok(())
        }
    }

    fn check_finite(&self, finite: bool) -> Result<(), S::Error> {
        if finite || !self.checks.rules.finite {
            Ok(())
        } else {
            Err(self.checks.refuse(Unstorable::NotFinite))
        }
    }
}

/// A value to be written strictly by whatever serializer it meets.
struct Value<'a, T: ?Sized> {
    inner: &'a T,
    checks: &'a Checks,
    in_some: bool,
}

impl<'a, T: ?Sized> Value<'a, T> {
    fn new(inner: &'a T, checks: &'a Checks) -> Self {
        Self {
            inner,
            checks,
            in_some: false,
        }
    }
}

impl<T: Serialize + ?Sized> Serialize for Value<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.inner.serialize(Strict {
            inner: serializer,
            checks: self.checks,
            in_some: self.in_some,
        })
    }
}

macro_rules! pass_on {
    ($($method:ident($type:ty))*) => {$(
        fn $method(self, value: $type) -> Result<S::Ok, S::Error> {
            self.inner.$method(value)
        }
    )*};
}

impl<'a, S: Serializer> Serializer for Strict<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Compound<'a, S::SerializeSeq>;
    type SerializeTuple = Compound<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Compound<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Compound<'a, S::SerializeTupleVariant>;
    type SerializeMap = Compound<'a, S::SerializeMap>;
    type SerializeStruct = Compound<'a, S::SerializeStruct>;
    type SerializeStructVariant = Compound<'a, S::SerializeStructVariant>;

    pass_on! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
        serialize_char(char) serialize_str(&str) serialize_bytes(&[u8])
    }

    /// As the number it would be with 64 bits where it would be one.
    fn serialize_i128(self, value: i128) -> Result<S::Ok, S::Error> {
        match i64::try_from(value) {
            Ok(value) => self.inner.serialize_i64(value),
            Err(_) if self.checks.rules.big_integers => self.inner.serialize_i128(value),
            Err(_) => self.inner.collect_str(&value),
        }
    }

    fn serialize_u128(self, value: u128) -> Result<S::Ok, S::Error> {
        match u64::try_from(value) {
            Ok(value) => self.inner.serialize_u64(value),
            Err(_) if self.checks.rules.big_integers => self.inner.serialize_u128(value),
            Err(_) => self.inner.collect_str(&value),
        }
    }

    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        self.check_finite(value.is_finite())?;
        self.inner.serialize_f32(value)
    }

    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        self.check_finite(value.is_finite())?;
        self.inner.serialize_f64(value)
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.check_not_in_some()?;
        self.inner.serialize_none()
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.check_not_in_some()?;
        self.inner.serialize_unit()
    }

    /// Always nothing, which an untagged enum reads, too.
    fn serialize_unit_struct(self, _: &'static str) -> Result<S::Ok, S::Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_some(&Value {
            inner: value,
            checks: self.checks,
            in_some: true,
        })
    }

    /// Without its name, by which `rmp-serde` would know extensions of MessagePack.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_struct(
            "",
            &Value {
                inner: value,
                checks: self.checks,
                in_some: self.in_some,
            },
        )
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.checks.enter(1)?;
        let written = self.inner.serialize_newtype_variant(
            name,
            index,
            variant,
            &Value::new(value, self.checks),
        )?;
        self.checks.leave(1);
        Ok(written)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Compound::begin(self.inner.serialize_seq(len), self.checks, 1, len)
    }

    fn serialize_tuple(self, len: usize) -> Result<Self::SerializeTuple, S::Error> {
        Compound::begin(self.inner.serialize_tuple(len), self.checks, 1, Some(len))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        Compound::begin(
            self.inner.serialize_tuple_struct(name, len),
            self.checks,
            1,
            Some(len),
        )
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        Compound::begin(
            self.inner
                .serialize_tuple_variant(name, index, variant, len),
            self.checks,
            2,
            Some(len),
        )
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Compound::begin(self.inner.serialize_map(len), self.checks, 1, len)
    }

    fn serialize_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        Compound::begin(
            self.inner.serialize_struct(name, len),
            self.checks,
            1,
            Some(len),
        )
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        Compound::begin(
            self.inner
                .serialize_struct_variant(name, index, variant, len),
            self.checks,
            2,
            Some(len),
        )
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}
