//! Restoring: what a record found at the start of a server becomes, step by step, and what refuses it.
//!
//! "Could not be loaded" is never "not found": whatever is not clearly a record of this kind and a known version, or
//! clearly none, fails the start and leaves the stored bytes as they are.

use std::time::SystemTime;

use super::codec::fingerprint;
use super::config::{OnUnreadable, PersistConfig};
use super::expiry::{Freshness, freshness};
use super::lease::Lease;
use super::persistent::Persistence;
use super::record::{RecordMeta, Unsealed, unseal};
use super::{LoadError, PersistenceError};
use crate::contain::contained;
use crate::server::GenServer;
use crate::store::{Key, Record, Revision};

use super::quarantine;

/// What a server begins with.
pub(crate) struct Restored<S> {
    /// The state, if there is one to go on with.
    pub(crate) state: Option<Loaded<S>>,
    /// The revision that the first write replaces.
    pub(crate) stored: Option<Revision>,
    /// What has to be known of the record, though it did not fail the start.
    pub(crate) notices: Vec<PersistenceError>,
}

/// A state as it was stored.
pub(crate) struct Loaded<S> {
    pub(crate) state: S,
    pub(crate) meta: RecordMeta,
    /// Of the stored state; none where the next save has to write it in a new form.
    pub(crate) fingerprint: Option<u128>,
}

/// Reads `record` as far as the configuration asks for.
pub(crate) async fn restore<S: GenServer>(
    persistence: &Persistence<S>,
    config: &PersistConfig,
    lease: &Lease,
    record: Option<Record>,
    now: SystemTime,
) -> Result<Restored<S>, PersistenceError> {
    let Some(record) = record else {
        return Ok(Restored {
            state: None,
            stored: None,
            notices: Vec::new(),
        });
    };
    let stored = Some(record.revision);
    let mut notices = Vec::new();
    let state = match read(persistence, config, &lease.key, &record, now, &mut notices) {
        Ok(state) => state,
        Err(error) if puts_aside(config, &error) => {
            notices.push(put_aside(lease, &record, &error).await?);
            None
        }
        Err(error) => return Err(error),
    };
    Ok(Restored {
        state,
        stored,
        notices,
    })
}

fn read<S: GenServer>(
    persistence: &Persistence<S>,
    config: &PersistConfig,
    key: &Key,
    record: &Record,
    now: SystemTime,
    notices: &mut Vec<PersistenceError>,
) -> Result<Option<Loaded<S>>, PersistenceError> {
    let unsealed = checked(config, key, record)?;
    if !config.restore || !is_fresh(config, key, &unsealed.meta, now, notices) {
        return Ok(None);
    }
    decode(persistence, config, key, unsealed).map(Some)
}

/// What a start would make of `record`, expired or not.
pub(crate) fn rehearsed<S: GenServer>(
    persistence: &Persistence<S>,
    config: &PersistConfig,
    key: &Key,
    record: &Record,
) -> Result<Loaded<S>, PersistenceError> {
    let unsealed = checked(config, key, record)?;
    decode(persistence, config, key, unsealed)
}

/// A whole record of this kind, and of no newer version.
fn checked(
    config: &PersistConfig,
    key: &Key,
    record: &Record,
) -> Result<Unsealed, PersistenceError> {
    let unsealed =
        unseal(&record.bytes, key).map_err(|error| PersistenceError::record(key.clone(), error))?;
    check_kind(config, key, &unsealed.meta)?;
    check_version(config, key, &unsealed.meta)?;
    Ok(unsealed)
}

pub(super) fn check_kind(
    config: &PersistConfig,
    key: &Key,
    meta: &RecordMeta,
) -> Result<(), PersistenceError> {
    if meta.kind == config.kind {
        return Ok(());
    }
    Err(PersistenceError::OtherKind {
        key: key.clone(),
        found: meta.kind.to_string(),
        expected: config.kind.to_string(),
    })
}

pub(super) fn check_version(
    config: &PersistConfig,
    key: &Key,
    meta: &RecordMeta,
) -> Result<(), PersistenceError> {
    super::migrate::check_version(meta.version, config.attributes.version)
        .map_err(|error| PersistenceError::load(key.clone(), error))
}

fn is_fresh(
    config: &PersistConfig,
    key: &Key,
    meta: &RecordMeta,
    now: SystemTime,
    notices: &mut Vec<PersistenceError>,
) -> bool {
    match freshness(meta, now, config.limits()) {
        Freshness::Fresh => true,
        Freshness::Stale(past) => {
            notices.push(past.into_error(key.clone()));
            false
        }
        Freshness::FromTheFuture { skew } => {
            notices.push(PersistenceError::ClockSkew {
                key: key.clone(),
                by: skew,
            });
            true
        }
    }
}

fn decode<S: GenServer>(
    persistence: &Persistence<S>,
    config: &PersistConfig,
    key: &Key,
    unsealed: Unsealed,
) -> Result<Loaded<S>, PersistenceError> {
    let Unsealed { meta, state: bytes } = unsealed;
    let load = persistence.load;
    let state = loaded(meta.version, config.attributes.version, || {
        load(meta.version, meta.codec, &bytes)
    });
    let state = state.map_err(|error| PersistenceError::load(key.clone(), error))?;
    let is_as_written_now =
        meta.version == config.attributes.version && meta.codec == config.attributes.codec;
    let fingerprint = is_as_written_now.then(|| fingerprint(&bytes));
    Ok(Loaded {
        state,
        meta,
        fingerprint,
    })
}

/// What `load` makes of a state of version `from`; its panic is a failed migration.
pub(super) fn loaded<T>(
    from: u32,
    to: u32,
    load: impl FnOnce() -> Result<T, LoadError>,
) -> Result<T, LoadError> {
    contained(load).unwrap_or_else(|panic| {
        Err(LoadError::Migration {
            from,
            to,
            message: format!("it panicked: {panic}"),
        })
    })
}

fn puts_aside(config: &PersistConfig, error: &PersistenceError) -> bool {
    config.on_unreadable == OnUnreadable::Quarantine && error.is_unreadable()
}

/// Copies an unreadable record to a key of its own.
async fn put_aside(
    lease: &Lease,
    record: &Record,
    error: &PersistenceError,
) -> Result<PersistenceError, PersistenceError> {
    let key = &lease.key;
    let copy = quarantine::copy(&lease.store, key, record).await;
    let copy = copy.map_err(|source| PersistenceError::Store {
        key: key.clone(),
        source,
    })?;
    let reason = crate::error::Chain(error).to_string();
    Ok(PersistenceError::Quarantined {
        key: key.clone(),
        copy,
        reason,
    })
}
