//! How a field is written and read, and what a record that lacks it leaves.

use serde::de::DeserializeOwned;
use serde::{Deserializer, Serialize, Serializer};
use serde_with::{DeserializeAs, SerializeAs};

use super::missing::MissingField;

/// A type that can be stored.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be stored",
    label = "not both written and read by serde",
    note = "derive `Serialize` and `Deserialize` for it, or say how it is stored: `#[persist(as = \"..\")]`",
    note = "or leave it out: `#[persist(skip)]`"
)]
pub trait Storable: Sized {
    /// Writes the value.
    fn serialize<S: Serializer>(value: &Self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads a value.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// What a record without the field `name` means: nothing for an `Option`, else a failure.
    fn missing<E: serde::de::Error>(name: &'static str) -> Result<Self, E>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {
    fn serialize<S: Serializer>(value: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer)
    }

    fn missing<E: serde::de::Error>(name: &'static str) -> Result<Self, E> {
        T::deserialize(MissingField::new(name))
    }
}

/// A way to clone a stored field.
// A parameter and not `Self`: the compiler would suggest to borrow the field.
#[diagnostic::on_unimplemented(
    message = "a stored field of type `{T}` cannot be cloned",
    label = "has no `Clone`",
    note = "derive `Clone` for it, or leave out `snapshot = \"clone\"`, which clones the stored fields"
)]
pub trait Copies<T> {
    /// Clones the value.
    fn copy(value: &T) -> T;
}

/// The one way there is.
#[derive(Debug)]
pub struct ByClone;

#[diagnostic::do_not_recommend]
impl<T: Clone> Copies<T> for ByClone {
    fn copy(value: &T) -> T {
        value.clone()
    }
}

/// A type of `serde_with` that can store a `T`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` cannot be stored as `{Self}`",
    label = "does not fit the field",
    note = "write the field's type, with `_` for every part that is stored as it is"
)]
pub trait StoresAs<T> {
    /// Writes the value.
    fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads a value.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;
}

#[diagnostic::do_not_recommend]
impl<T, W: SerializeAs<T> + for<'de> DeserializeAs<'de, T>> StoresAs<T> for W {
    fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        W::serialize_as(value, serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        W::deserialize_as(deserializer)
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

    /// The value, or the one that `make` makes, or its failure.
    pub fn or_try<E>(self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        match self {
            Self::Given(value) => Ok(value),
            Self::Missing => make(),
        }
    }

    /// The value, or the failure that the record has no field `name`.
    pub fn or_missing<E: serde::de::Error>(self, name: &'static str) -> Result<T, E> {
        self.or_try(|| Err(E::missing_field(name)))
    }
}
