//! What a persistent state is to noex: its stored form, how it is loaded, and the hooks around it.
//!
//! The derive writes [`Persistent`]; the runtime reaches it through [`Persistence`], a table of plain functions, so
//! that what saves and restores is compiled once for each kind of state and no more.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use super::codec::{Codec, DecodeError, EncodeError};
use super::{LoadError, PersistAttributes, PersistenceError, RecordMeta};
use crate::protocol::handler::BoxFuture;
use crate::server::{GenServer, HookError};

/// The stored form of a state: its fields without the skipped ones.
pub type Stored<S> = <S as Persistent>::Stored;

/// A state that is stored: what `#[derive(GenServer)]` writes for `#[persist(..)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not persistent",
    label = "its state is not stored",
    note = "write `#[persist(..)]` beside `#[derive(GenServer)]`"
)]
pub trait Persistent: GenServer {
    /// What is stored of it.
    type Stored: Serialize + DeserializeOwned + Send + 'static;

    #[doc(hidden)]
    const ATTRIBUTES: PersistAttributes;

    /// Writes the stored form, borrowing from the state.
    #[doc(hidden)]
    fn serialize_stored<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error>;

    /// Clones what is stored, where `snapshot = "clone"` asks for it.
    #[doc(hidden)]
    fn clone_stored(&self) -> Option<Self::Stored> {
        None
    }

    /// Makes the state, with the skipped fields as they were declared.
    #[doc(hidden)]
    fn from_stored(stored: Self::Stored) -> Self;

    /// Decodes a record of `version` and takes it through every step to this one.
    #[doc(hidden)]
    fn load(version: u32, record: Decoder<'_>) -> Result<Self, LoadError>;

    #[doc(hidden)]
    fn before_persist(&self) -> Persist<Self::Stored> {
        Persist::AsIs
    }

    #[doc(hidden)]
    fn on_restore<'a>(
        &'a mut self,
        meta: &'a RecordMeta,
    ) -> Option<BoxFuture<'a, Result<(), HookError>>> {
        let _ = meta;
        None
    }

    #[doc(hidden)]
    fn after_persist(&mut self, meta: &RecordMeta) {
        let _ = meta;
    }

    #[doc(hidden)]
    fn on_error(error: &PersistenceError) {
        let _ = error;
    }
}

/// What `before_persist` makes of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Persist<T> {
    /// The state is saved as it is.
    AsIs,
    /// This is saved instead; the live state stays as it is.
    Changed(T),
    /// Nothing is saved this time.
    Skip,
}

/// A stored state about to be decoded.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Decoder<'a> {
    codec: Codec,
    bytes: &'a [u8],
}

impl Decoder<'_> {
    /// Decodes the state as a `T`, refusing fields that `T` does not know.
    pub fn decode<T: DeserializeOwned>(self) -> Result<T, DecodeError> {
        self.codec.decode(self.bytes)
    }
}

/// A hook that waits.
type HookFuture<'a> = BoxFuture<'a, Result<(), HookError>>;

/// A state encoded for its record.
pub(crate) enum Encoded {
    State(Vec<u8>),
    Skipped,
}

/// A state that was cloned, to be encoded wherever there is time.
pub(crate) type Encoding = Box<dyn FnOnce() -> Result<Vec<u8>, EncodeError> + Send>;

/// The functions by which one kind of state is saved and restored.
#[doc(hidden)]
pub struct Persistence<S: GenServer> {
    pub(crate) attributes: &'static PersistAttributes,
    pub(crate) encode: fn(&S) -> Result<Encoded, EncodeError>,
    /// What encodes the state as it is now, elsewhere; none where nothing is to be saved.
    pub(crate) clone: fn(&S) -> Option<Encoding>,
    pub(crate) load: fn(u32, Codec, &[u8]) -> Result<S, LoadError>,
    pub(crate) on_restore: for<'a> fn(&'a mut S, &'a RecordMeta) -> Option<HookFuture<'a>>,
    pub(crate) after_persist: fn(&mut S, &RecordMeta),
    pub(crate) on_error: fn(&PersistenceError),
    state: PhantomData<fn() -> S>,
}

impl<S: GenServer> Persistence<S> {
    /// The functions of a persistent state.
    #[must_use]
    pub fn of() -> Self
    where
        S: Persistent,
    {
        Self {
            attributes: &S::ATTRIBUTES,
            encode: encode::<S>,
            clone: clone::<S>,
            load: |version, codec, bytes| S::load(version, Decoder { codec, bytes }),
            on_restore: S::on_restore,
            after_persist: S::after_persist,
            on_error: S::on_error,
            state: PhantomData,
        }
    }
}

fn encode<S: Persistent>(state: &S) -> Result<Encoded, EncodeError> {
    match state.before_persist() {
        Persist::AsIs => encode_checked::<S>(&Borrowed(state)),
        Persist::Changed(stored) => encode_checked::<S>(&stored),
        Persist::Skip => return Ok(Encoded::Skipped),
    }
    .map(Encoded::State)
}

fn clone<S: Persistent>(state: &S) -> Option<Encoding> {
    let stored = match state.before_persist() {
        Persist::AsIs => state.clone_stored(),
        Persist::Changed(stored) => Some(stored),
        Persist::Skip => return None,
    };
    let Some(stored) = stored else {
        let encoded = encode_checked::<S>(&Borrowed(state));
        return Some(Box::new(move || encoded));
    };
    Some(Box::new(move || encode_checked::<S>(&stored)))
}

fn encode_checked<S: Persistent>(stored: &impl Serialize) -> Result<Vec<u8>, EncodeError> {
    let PersistAttributes { kind, codec, .. } = S::ATTRIBUTES;
    let bytes = codec.encode(kind, stored)?;
    if cfg!(debug_assertions) {
        codec.check_round_trip::<S::Stored>(kind, &bytes)?;
    }
    Ok(bytes)
}

/// Encodes the state without its hook, and makes sure that it can be read again.
pub(crate) fn encode_readable<S: Persistent>(state: &S) -> Result<Vec<u8>, EncodeError> {
    let PersistAttributes { kind, codec, .. } = S::ATTRIBUTES;
    let bytes = codec.encode(kind, &Borrowed(state))?;
    codec.check_round_trip::<S::Stored>(kind, &bytes)?;
    Ok(bytes)
}

/// A state serialized as its stored form, without a clone.
struct Borrowed<'a, S>(&'a S);

impl<S: Persistent> Serialize for Borrowed<'_, S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        self.0.serialize_stored(serializer)
    }
}
