//! The lock: a hash written down in the sources, compared with the shape while compiling.

mod message;

use std::fmt::{self, Display, Formatter};

use super::{Node, hash};
use message::Message;

/// A state, or an old version of one, whose shape is locked by `shape` in its attribute.
pub trait Locked {
    /// What is locked.
    const LOCK: Lock;
}

/// What is locked: how something is stored, and for which servers.
///
/// Its text is what a reader compares: the kind, the version, the hash, and then a line for each field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lock {
    /// The name of the type.
    pub name: &'static str,
    /// The kind of the servers, as their records say it.
    pub kind: &'static str,
    /// The version, where it is the present one.
    pub version: Option<u32>,
    /// How it is stored.
    pub shape: Node,
}

impl Lock {
    /// The lock of the present version.
    #[must_use]
    pub const fn of_state(
        name: &'static str,
        kind: &'static str,
        version: u32,
        shape: Node,
    ) -> Self {
        Self {
            name,
            kind,
            version: Some(version),
            shape,
        }
    }

    /// The lock of an old version, which does not know its number.
    #[must_use]
    pub const fn of_old_version(name: &'static str, kind: &'static str, shape: Node) -> Self {
        Self {
            name,
            kind,
            version: None,
            shape,
        }
    }

    /// The value that `shape` has to have.
    #[must_use]
    pub const fn hash(&self) -> u64 {
        hash(self.kind, &self.shape)
    }

    /// Ends the compilation with an explanation where `written` is another value.
    ///
    /// # Panics
    ///
    /// When the values differ, which is while compiling.
    #[track_caller]
    pub const fn check(&self, written: u64) {
        let actual = self.hash();
        if written == actual {
            return;
        }
        let message = match self.version {
            _ if written == 0 => self.is_open(actual),
            Some(version) => self.has_changed(version, actual),
            None => self.old_has_changed(actual),
        };
        panic!("{}", message.as_str());
    }

    /// What is said where nothing is locked yet.
    const fn is_open(&self, actual: u64) -> Message {
        Message::new()
            .of(self)
            .text(" is not locked yet\nhelp: write `shape = ")
            .hexadecimal(actual)
            .text("`")
    }

    const fn has_changed(&self, version: u32, actual: u64) -> Message {
        Message::new()
            .of(self)
            .text(" is not the locked one\nhelp: to change it, write `version = ")
            .number(version.saturating_add(1))
            .text("` and `shape = ")
            .hexadecimal(actual)
            .text("`, and keep the type as it was in `migrate(")
            .number(version)
            .text(
                " = ..)`\nhelp: if all records of this version can still be read, because what is new has a \
                 `default`, or if this version was never released, accept it: write `shape = ",
            )
            .hexadecimal(actual)
            .text("`")
    }

    const fn old_has_changed(&self, actual: u64) -> Message {
        Message::new()
            .of(self)
            .text(
                " is not the locked one\nhelp: an old version stays as its records are: take the change back\nhelp: \
                 if its records can still be read, accept it: write `shape = ",
            )
            .hexadecimal(actual)
            .text("`")
    }
}

impl Message {
    /// What it is about.
    const fn of(self, lock: &Lock) -> Self {
        let named = self.text("the stored shape of `").text(lock.name);
        let of_kind = match lock.version {
            Some(version) => named.text("` (version ").number(version).text(", kind `"),
            None => named.text("` (an old version, kind `"),
        };
        of_kind.text(lock.kind).text("`)")
    }
}

impl Display for Lock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "kind: {}", self.kind)?;
        if let Some(version) = self.version {
            writeln!(f, "version: {version}")?;
        }
        write!(f, "shape: {:#018x}\n\n{}", self.hash(), self.shape)
    }
}

#[cfg(test)]
mod tests;
