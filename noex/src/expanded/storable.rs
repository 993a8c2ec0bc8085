//! How a field is written and read, and what a record that lacks it leaves.
//!
//! A [`Probe`] does what the field's type can do, and compiles if it can do nothing: then [`assert_storable`] has
//! reported it at the type, and one mistake remains one error.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserializer, Serialize, Serializer};

use super::missing::MissingField;

/// A type that can be stored.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be stored",
    label = "neither written nor read by serde",
    note = "derive `Serialize` and `Deserialize` for it, or say how it is stored: `#[persist(as = \"..\")]`",
    note = "or leave it out: `#[persist(skip)]`"
)]
pub trait Storable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {}

/// Fails to compile, at the type, where a field cannot be stored.
pub fn assert_storable<T: Storable>() {}

/// A field's type, asked for what it can do.
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    /// The only value.
    pub const NEW: Self = Self(PhantomData);
}

/// Writes a field whose type can be written.
pub trait SerializeField<T> {
    /// Writes `value`.
    fn serialize_field<S: Serializer>(&self, value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<T: Serialize> SerializeField<T> for Probe<T> {
    fn serialize_field<S: Serializer>(&self, value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// Stands in where a field's type cannot be written.
pub trait SerializeNothing<T> {
    /// Never called.
    fn serialize_field<S: Serializer>(&self, value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<T> SerializeNothing<T> for &Probe<T> {
    fn serialize_field<S: Serializer>(&self, _: &T, _: S) -> Result<S::Ok, S::Error> {
        unreachable!("reported while compiling")
    }
}

/// Reads a field whose type can be read.
pub trait DeserializeField<T> {
    /// Reads the value.
    fn deserialize_field<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<T, D::Error>;

    /// What a record without the field `name` means: nothing for an `Option`, else a failure.
    fn missing_field<E: serde::de::Error>(&self, name: &'static str) -> Result<T, E>;
}

impl<T: DeserializeOwned> DeserializeField<T> for Probe<T> {
    fn deserialize_field<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn missing_field<E: serde::de::Error>(&self, name: &'static str) -> Result<T, E> {
        T::deserialize(MissingField::new(name))
    }
}

/// Stands in where a field's type cannot be read.
pub trait DeserializeNothing<T> {
    /// Never called.
    fn deserialize_field<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<T, D::Error>;

    /// Never called.
    fn missing_field<E: serde::de::Error>(&self, name: &'static str) -> Result<T, E>;
}

impl<T> DeserializeNothing<T> for &Probe<T> {
    fn deserialize_field<'de, D: Deserializer<'de>>(&self, _: D) -> Result<T, D::Error> {
        unreachable!("reported while compiling")
    }

    fn missing_field<E: serde::de::Error>(&self, _: &'static str) -> Result<T, E> {
        unreachable!("reported while compiling")
    }
}

/// A field of a record that may lack it.
#[derive(Clone, Copy, Debug, Default)]
pub enum MaybeField<T> {
    /// The record has it.
    Given(T),
    /// The record does not have it.
    #[default]
    Missing,
}

impl<T> MaybeField<T> {
    /// The value, or the one that `make` makes where there is none.
    pub fn or_else(self, make: impl FnOnce() -> T) -> T {
        match self {
            Self::Given(value) => value,
            Self::Missing => make(),
        }
    }

    /// The value, or the failure that the record has no field `name`.
    pub fn or_missing<E: serde::de::Error>(self, name: &'static str) -> Result<T, E> {
        match self {
            Self::Given(value) => Ok(value),
            Self::Missing => Err(E::missing_field(name)),
        }
    }
}
