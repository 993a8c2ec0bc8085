//! A parked server, as an operator sees it: which one, since when, and why.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::error::{Chain, StartError};
use crate::persist::record::millis::unix_ms;
use crate::store::{Key, Revision};

/// A server that somebody has to look after: it crashed again and again right after it was restored, or its start can
/// never succeed by itself. What is stored of it is kept.
///
/// [`System::parked`](crate::System::parked) lists them. What is parked is known to the running system alone: a program
/// that is started again tries each anew.
///
/// It displays in one line for a person. For a tool it serializes as an object: `kind`, `name` and `key` (or null),
/// `since` in milliseconds since 1970, and `cause`, which is `{"crashed": {"revision", "crashes", "message"}}` or
/// `{"not_startable": {"kind", "message"}}`, with the name of a [`StartErrorKind`](crate::StartErrorKind).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parked {
    /// The kind of server.
    pub kind: &'static str,
    /// Its name, in a family without the family's prefix.
    pub name: Option<Arc<str>>,
    /// The key of its record, if it has one.
    pub key: Option<Key>,
    /// Since when, by the system's clock.
    pub since: SystemTime,
    /// Why.
    pub cause: Cause,
}

/// Why a server is parked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Cause {
    /// It crashed again and again right after it was restored, and is not started any more.
    Crashed {
        /// The revision from which each of the crashed incarnations was restored; it is still stored.
        revision: Revision,
        /// How many there were.
        crashes: u32,
        /// What the last of them said.
        message: Arc<str>,
    },
    /// Its start cannot succeed until something else changes. A supervisor does not try it again; a family does at each
    /// call, so that what was put right elsewhere is found.
    NotStartable {
        /// What the last start failed with.
        error: StartError,
    },
}

/// Which server, whether it runs or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Whose {
    // First: what is parked under one key stands together.
    pub(crate) key: Option<Key>,
    pub(crate) kind: &'static str,
    pub(crate) name: Option<Arc<str>>,
}

impl Whose {
    pub(super) fn parked(&self, since: SystemTime, cause: Cause) -> Parked {
        Parked {
            kind: self.kind,
            name: self.name.clone(),
            key: self.key.clone(),
            since,
            cause,
        }
    }
}

impl Cause {
    /// Whether nothing new is to be told of a server that was parked for the other one.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Parked {
    pub(super) fn whose(&self) -> Whose {
        Whose {
            key: self.key.clone(),
            kind: self.kind,
            name: self.name.clone(),
        }
    }
}

impl fmt::Display for Parked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        if let Some(name) = &self.name {
            write!(f, " `{name}`")?;
        }
        if let Some(key) = &self.key {
            write!(f, ", stored as `{key}`,")?;
        }
        let since = humantime::format_rfc3339_seconds(self.since);
        write!(f, " is parked since {since}: {}", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crashed {
                revision,
                crashes,
                message,
            } => {
                let times = if *crashes == 1 { "time" } else { "times" };
                write!(
                    f,
                    "it crashed {crashes} {times} after the restore of revision {revision}, last with: {message}"
                )
            }
            Self::NotStartable { error } => write!(f, "it cannot start: {}", Chain(error)),
        }
    }
}

impl Serialize for Parked {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        let mut parked = serializer.serialize_struct("Parked", 5)?;
        parked.serialize_field("kind", self.kind)?;
        parked.serialize_field("name", &self.name.as_deref())?;
        parked.serialize_field("key", &self.key.as_ref().map(Key::as_str))?;
        parked.serialize_field("since", &unix_ms(self.since))?;
        parked.serialize_field("cause", &self.cause)?;
        parked.end()
    }
}

impl Serialize for Cause {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        match self {
            Self::Crashed {
                revision,
                crashes,
                message,
            } => TheCause::Crashed {
                revision: revision.to_string(),
                crashes: *crashes,
                message,
            },
            Self::NotStartable { error } => TheCause::NotStartable {
                kind: format!("{:?}", error.kind()),
                message: Chain(error).to_string(),
            },
        }
        .serialize(serializer)
    }
}

/// The same in what serde knows.
#[derive(serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum TheCause<'a> {
    Crashed {
        revision: String,
        crashes: u32,
        message: &'a str,
    },
    NotStartable {
        kind: String,
        message: String,
    },
}
