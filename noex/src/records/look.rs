//! A look at one record: what a start would make of it, and what it is as today's. Values only, no store.

use super::{Failure, Form};
use crate::contain::{contained, drop_quietly};
use crate::persist::PersistenceError;
use crate::persist::codec::EncodeError;
use crate::persist::config::PersistConfig;
use crate::persist::persistent::{Persistence, Persistent, encode_readable};
use crate::persist::record::{RecordMeta, stored, unseal};
use crate::persist::restore::{Loaded, rehearsed};
use crate::store::{Key, Record, Revision, Write};

/// What one record is.
pub(super) enum Sight {
    /// A sound record in today's form.
    Current(Form),
    /// A sound record in an older form, and what takes its place.
    Outdated(Form, Write),
    /// Nothing today's program could go on with.
    Failed(Option<Form>, Failure),
}

/// Looks at records of any kind.
pub(super) type Look<'a> = Box<dyn FnMut(&Key, &Record) -> Sight + Send + 'a>;

/// What an application asks of a state.
pub(super) type Check<'a, S> = Box<dyn FnMut(&S) -> Result<(), String> + Send + 'a>;

/// How records of the kind `S` are looked at.
pub(super) fn look<S: Persistent>(mut check: Option<Check<'_, S>>) -> Look<'_> {
    let persistence = Persistence::<S>::of();
    let config = PersistConfig::declared(&S::ATTRIBUTES);
    Box::new(move |key, record| {
        let loaded = match rehearsed(&persistence, &config, key, record) {
            Ok(loaded) => loaded,
            Err(error) => return refused(&config, key, record, error),
        };
        let form = Form::of(&loaded.meta);
        let sight = judge(&config, key, record, &loaded, check.as_mut());
        drop_quietly(loaded.state);
        match sight {
            Ok(None) => Sight::Current(form),
            Ok(Some(write)) => Sight::Outdated(form, write),
            Err(failure) => Sight::Failed(Some(form), failure),
        }
    })
}

/// The form is told of what can be trusted to be of the kind, whatever else is wrong with it.
fn refused(config: &PersistConfig, key: &Key, record: &Record, error: PersistenceError) -> Sight {
    let meta = unseal(&record.bytes, key)
        .ok()
        .map(|unsealed| unsealed.meta);
    let meta = meta.filter(|meta| meta.kind == config.kind);
    Sight::Failed(meta.as_ref().map(Form::of), error.into())
}

/// What has to be written, if anything.
fn judge<S: Persistent>(
    config: &PersistConfig,
    key: &Key,
    record: &Record,
    loaded: &Loaded<S>,
    check: Option<&mut Check<'_, S>>,
) -> Result<Option<Write>, Failure> {
    if let Some(check) = check {
        checked(key, &loaded.state, check)?;
    }
    if loaded.fingerprint.is_some() {
        return Ok(None);
    }
    let state = encoded(key, &loaded.state)?;
    let meta = as_todays(config, record.revision, &loaded.meta);
    let write = Write::put(key.clone(), Some(record.revision), stored(&meta, &state));
    Ok(Some(write))
}

fn checked<S>(key: &Key, state: &S, check: &mut Check<'_, S>) -> Result<(), Failure> {
    let passed =
        contained(|| check(state)).unwrap_or_else(|panic| Err(format!("it panicked: {panic}")));
    passed.map_err(|message| Failure::Check {
        key: key.clone(),
        message,
    })
}

fn encoded<S: Persistent>(key: &Key, state: &S) -> Result<Vec<u8>, PersistenceError> {
    let encoded = contained(|| encode_readable(state)).unwrap_or_else(|panic| {
        Err(EncodeError::Failed {
            kind: S::ATTRIBUTES.kind.to_owned(),
            path: String::new(),
            message: format!("it panicked: {panic}"),
        })
    });
    encoded.map_err(|source| PersistenceError::Encode {
        key: key.clone(),
        source,
    })
}

/// What is said of a record that nothing has happened to but its migration: it is as old as it was.
fn as_todays(config: &PersistConfig, replaced: Revision, meta: &RecordMeta) -> RecordMeta {
    RecordMeta {
        version: config.attributes.version,
        codec: config.attributes.codec,
        shape: config.attributes.shape,
        // Nobody holds the key, so there is no claim whose epoch it could be of but the last one's.
        revision: Revision::after(Some(replaced), replaced.epoch),
        ..meta.clone()
    }
}
