//! One process as it is seen from outside: plain data, for a person's eyes and for a tool.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_with::{As, DisplayFromStr, TimestampMilliSeconds};

use crate::store::{Key, Revision};

/// A supervisor, a family or a server at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Process {
    /// What it is.
    pub role: Role,
    /// The kind of the server, or of the family's servers; the strategy of a supervisor, or `dynamic`.
    pub kind: Cow<'static, str>,
    /// Its name, if it has one; in a family, its key there.
    pub name: Option<String>,
    /// The key of its record, if its state is stored.
    #[serde(default, with = "As::<Option<DisplayFromStr>>")]
    pub key: Option<Key>,
    /// A number unique in its system, as in [`ServerId`](crate::ServerId); 0 for a parked key.
    pub number: u64,
    /// The number of its incarnation: 0 before the first one, and for what has none.
    pub incarnation: u32,
    /// How it is.
    pub health: Health,
    /// How many messages have been let into its mailbox and have not begun, noex's own included.
    pub queued: u64,
    /// How often it was started again: by its supervisor, or in its family for what waited behind its end.
    pub restarts: u64,
    /// What is known of its saves; none where its state is not stored, or its key is not claimed now.
    pub saves: Option<Saves>,
    /// What is below a supervisor, in the order of their starts; the live servers and the parked keys of a family, by
    /// name.
    pub children: Vec<Process>,
}

/// What a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// It starts its children again.
    Supervisor,
    /// It starts a server for each key.
    Family,
    /// It handles messages.
    Server,
}

/// How a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Health {
    /// Its key is being claimed, its state restored or made; or it waits for its turn to do so.
    Starting,
    /// A family or a supervisor that does its work.
    Running,
    /// A server that has nothing to do.
    Idle,
    /// A handler runs or waits, or a message is about to be handled.
    Busy,
    /// It was asked to stop, or gives its key back at the end of an incarnation.
    Stopping,
    /// Its incarnation has ended, and it waits for its supervisor: to start it again, or to end it.
    Waiting,
    /// It crashed again and again, and is not started any more.
    Parked,
    /// It has ended.
    Ended,
}

/// What is known of a server's saves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Saves {
    /// The record last known to be durable, whichever incarnation saved it.
    pub last: Option<LastSave>,
    /// Since when the state may differ from that, if it may.
    #[serde(default, with = "As::<Option<TimestampMilliSeconds<i64>>>")]
    pub unsaved_since: Option<SystemTime>,
    /// Whether the last save failed and is being retried.
    pub degraded: bool,
    /// The last failure of this incarnation, also where a later save came out well.
    pub failure: Option<SaveFailure>,
}

/// A save that came out well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastSave {
    /// What was saved.
    pub revision: Revision,
    /// When, by the record.
    #[serde(with = "As::<TimestampMilliSeconds<i64>>")]
    pub at: SystemTime,
}

/// A save that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SaveFailure {
    /// When.
    #[serde(with = "As::<TimestampMilliSeconds<i64>>")]
    pub at: SystemTime,
    /// Why, in one line.
    pub message: String,
}

impl Process {
    /// Something that has no state and no mailbox of its own, but what is below it.
    pub(crate) fn above(role: Role, kind: &'static str, number: u64, children: Vec<Self>) -> Self {
        Self {
            role,
            kind: kind.into(),
            name: None,
            key: None,
            number,
            incarnation: 0,
            health: Health::Running,
            queued: 0,
            restarts: 0,
            saves: None,
            children,
        }
    }

    /// Whether its last save failed and is being retried.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.saves.as_ref().is_some_and(|saves| saves.degraded)
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Idle => "idle",
            Self::Busy => "busy",
            Self::Stopping => "stopping",
            Self::Waiting => "waiting",
            Self::Parked => "parked",
            Self::Ended => "ended",
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Supervisor => "supervisor",
            Self::Family => "family",
            Self::Server => "server",
        })
    }
}
