//! Mending a record by hand: how it leaves the store, and what an edited one has to be before it takes the other's place.
//!
//! Values only; claiming the key and writing are the system's business (`system::parking::mending`).

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use super::codec::Codec;
use super::config::PersistConfig;
use super::persistent::Persistence;
use super::record::{RecordError, RecordMeta, Unsealed, millis, read_edited, state_in, unseal};
use super::restore::{check_kind, check_version, loaded};
use super::{LoadError, PersistenceError, json};
use crate::server::GenServer;
use crate::store::{Claim, Key, Record, Revision};

/// A record as it is stored: for a backup, for a look, and to be edited.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exported {
    /// Its bytes, damaged or not.
    pub record: Bytes,
    /// Its revision, as the store knows it.
    pub revision: Revision,
    /// What it says of itself, and can be trusted.
    pub meta: Result<RecordMeta, RecordError>,
    /// The state as JSON, also of a record that is damaged, as far as it can be told apart there; none where the state
    /// is MessagePack and holds what JSON cannot, such as a NaN.
    pub state: Option<String>,
}

/// What somebody has made of a record, to be taken in its place by [`System::adopt`](crate::System::adopt).
#[derive(Clone, Debug)]
pub struct Edited(Form);

#[derive(Clone, Debug)]
enum Form {
    Record(Bytes),
    State {
        json: Bytes,
        /// The program's own, if it is not said.
        version: Option<u32>,
    },
}

/// What decides whether a server could be started from an edited record.
pub(crate) struct Judge {
    config: Arc<PersistConfig>,
    load: Box<Load>,
}

type Load = dyn Fn(u32, Codec, &[u8]) -> Result<(), LoadError> + Send + Sync;

/// An edit from which a server can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sound {
    version: u32,
    codec: Codec,
    /// JSON without spaces: its record is one line.
    state: Vec<u8>,
    created_at: Option<SystemTime>,
}

impl Edited {
    /// A whole record, as [`Exported::record`] has it, which can be edited where its state is JSON: its key and kind have to be as they were. What else it says of
    /// itself, its checksum included, is written anew.
    #[must_use]
    pub fn record(json: impl Into<Bytes>) -> Self {
        Self(Form::Record(json.into()))
    }

    /// A state in the program's version, as [`Exported::state`] has it.
    #[must_use]
    pub fn state(json: impl Into<Bytes>) -> Self {
        Self(Form::State {
            json: json.into(),
            version: None,
        })
    }

    /// A state in an older version, which the server migrates when it starts.
    #[must_use]
    pub fn state_of_version(version: u32, json: impl Into<Bytes>) -> Self {
        Self(Form::State {
            json: json.into(),
            version: Some(version),
        })
    }
}

impl Exported {
    pub(crate) fn of(key: &Key, stored: Record) -> Self {
        let Record {
            revision, bytes, ..
        } = stored;
        let unsealed = unseal(&bytes, key);
        let state = match &unsealed {
            Ok(unsealed) => Some((unsealed.meta.codec, &*unsealed.state)),
            Err(_) => state_in(&bytes),
        };
        let state = state.and_then(|(codec, state)| codec.as_json(state));
        Self {
            record: bytes,
            revision,
            meta: unsealed.map(|unsealed| unsealed.meta),
            state,
        }
    }
}

impl Judge {
    pub(crate) fn of<S: GenServer>(
        persistence: &Persistence<S>,
        config: &Arc<PersistConfig>,
    ) -> Self {
        let load = persistence.load;
        Self {
            config: config.clone(),
            load: Box::new(move |version, codec, state| load(version, codec, state).map(drop)),
        }
    }

    /// The edit, if the server could be started from it.
    ///
    /// # Errors
    ///
    /// What a start would say of it.
    pub(crate) fn judge(&self, key: &Key, edited: &Edited) -> Result<Sound, PersistenceError> {
        let (version, codec, state, created_at) = match &edited.0 {
            Form::State { json, version } => {
                let version = version.unwrap_or(self.config.attributes.version);
                (version, Codec::Json, json.clone(), None)
            }
            Form::Record(record) => {
                let Unsealed { meta, state } = self.read(key, record)?;
                (meta.version, meta.codec, state, Some(meta.created_at))
            }
        };
        let refused = |error| PersistenceError::load(key.clone(), error);
        super::migrate::check_version(version, self.config.attributes.version).map_err(refused)?;
        let load = || (self.load)(version, codec, &state);
        loaded(version, self.config.attributes.version, load).map_err(refused)?;
        Ok(Sound {
            version,
            codec,
            state: match codec {
                Codec::Json => json::without_spaces(&state),
                #[cfg(feature = "msgpack")]
                Codec::MessagePack => state.to_vec(),
            },
            created_at,
        })
    }

    fn read(&self, key: &Key, record: &Bytes) -> Result<Unsealed, PersistenceError> {
        let damaged = |error| PersistenceError::record(key.clone(), error);
        let unsealed = read_edited(record).map_err(damaged)?;
        if unsealed.meta.key != *key {
            let found = unsealed.meta.key;
            return Err(damaged(RecordError::Foreign { found }));
        }
        check_kind(&self.config, key, &unsealed.meta)?;
        check_version(&self.config, key, &unsealed.meta)?;
        Ok(unsealed)
    }

    /// The record of a sound edit, under `claim` and in place of `replaced`. Its age and its idleness begin anew: it
    /// was not edited to expire.
    pub(crate) fn record(
        &self,
        key: &Key,
        sound: &Sound,
        claim: Claim,
        replaced: Option<&Record>,
        by: (&str, Option<Arc<str>>),
        now: SystemTime,
    ) -> (RecordMeta, Record) {
        let now = millis::to_whole_ms(now);
        let limits = self.config.limits();
        let meta = RecordMeta {
            key: key.clone(),
            kind: self.config.kind.clone(),
            version: sound.version,
            shape: None,
            codec: sound.codec,
            revision: Revision::after(replaced.map(|record| record.revision), claim.epoch),
            node: claim.node,
            server_id: by.0.into(),
            server_name: by.1,
            created_at: sound.created_at.unwrap_or(now),
            saved_at: now,
            active_at: now,
            max_age: limits.max_age,
            max_idle: limits.max_idle,
            expires_at: limits.expires_at(now, now),
        };
        let record = super::record::stored(&meta, &sound.state);
        (meta, record)
    }
}
