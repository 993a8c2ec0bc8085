//! What a pass has come to: counted, for a program to act upon, and told, for a person to read.

mod told;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use self::told::{chain, text, whole_ms};
use super::{Cause, Failure};
use crate::persist::record::RecordMeta;
use crate::store::{Key, StoreError};

/// What a pass over the records of a kind has come to.
///
/// Displayed it is a few lines for a person, with each failure that was kept; serialized an object for a tool, in which
/// times are milliseconds.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The kind of the records.
    pub kind: String,
    /// The version of the program's type: today's.
    pub version: u32,
    /// How many keys were looked at, whatever was found under them.
    pub looked_at: u64,
    /// How many keys there were to be looked at.
    pub keys: u64,
    /// How many records of the kind are stored in which form, today's and those that fail included.
    pub forms: BTreeMap<Form, u64>,
    /// How many sound records are of an older form: to be written anew, by a migration or by their servers.
    pub outdated: u64,
    /// How many of them were written as today's.
    pub migrated: u64,
    /// How many of them are held by live servers, which write them anew themselves.
    pub live: u64,
    /// How many of them somebody else has changed or deleted just then.
    pub overtaken: u64,
    /// How many records are of which other kinds, where that is no failure.
    pub other_kinds: BTreeMap<String, u64>,
    /// How many records failed, by cause.
    pub failed: BTreeMap<Cause, u64>,
    /// The first of them, as they were found.
    pub failures: Vec<Failure>,
    /// The last key up to which nothing is left to be asked of the store: where to go on, with
    /// [`after`](super::Pass::after). It stays before the first key for which the store failed.
    #[serde(serialize_with = "text")]
    pub done_up_to: Option<Key>,
    /// Why the pass ended before the last key: the store was closed, or failed for many keys in a row.
    #[serde(serialize_with = "chain")]
    pub gave_up: Option<StoreError>,
    /// How long it took.
    #[serde(rename = "took_ms", serialize_with = "whole_ms")]
    pub took: Duration,
}

/// How a state is stored. Displayed and serialized as `version 1 (json)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Form {
    /// The version of its type.
    pub version: u32,
    /// Its encoding.
    pub codec: Arc<str>,
}

/// How far a pass is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many keys were looked at.
    pub done: u64,
    /// How many there are.
    pub total: u64,
    /// How many records were written as today's.
    pub migrated: u64,
    /// How many failed.
    pub failed: u64,
    /// As in the [`Report`]: where another pass goes on if this one is dropped.
    pub done_up_to: Option<Key>,
}

impl Report {
    /// Whether today's program can go on with every record of the kind that it found.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.failed.is_empty() && self.gave_up.is_none()
    }

    /// How many records of the kind are of this version, in whatever encoding.
    #[must_use]
    pub fn of_version(&self, version: u32) -> u64 {
        let forms = self.forms.iter();
        let of_it = forms.filter(|(form, _)| form.version == version);
        of_it.map(|(_, count)| count).sum()
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            done: self.looked_at,
            total: self.keys,
            migrated: self.migrated,
            failed: self.failed.values().sum(),
            done_up_to: self.done_up_to.clone(),
        }
    }

    pub(super) fn fail(&mut self, failure: Failure, keep: usize) {
        *self.failed.entry(failure.cause()).or_default() += 1;
        if self.failures.len() < keep {
            self.failures.push(failure);
        }
    }
}

impl Form {
    pub(super) fn of(meta: &RecordMeta) -> Self {
        Self {
            version: meta.version,
            codec: meta.codec.name().into(),
        }
    }
}
