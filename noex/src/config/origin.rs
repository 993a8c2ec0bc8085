//! Where the value of an option comes from, and which of two values holds.

use std::fmt;
use std::sync::Arc;

/// Where the value of an option was written. A value in code holds before one in a file, and that before the
/// attribute's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// In `#[genserver(..)]` or `#[persist(..)]`, or nowhere, so that the default holds.
    Attribute,
    /// In a configuration file.
    File {
        /// The way to the value, as in `servers.orders.persist.interval`.
        path: Arc<str>,
    },
    /// In code, when the server was specified.
    Code,
}

impl Origin {
    pub(crate) fn file(path: impl Into<Arc<str>>) -> Self {
        Self::File { path: path.into() }
    }

    /// Of two values that do not go together, the one whose place the reader of a message can edit soonest.
    pub(crate) fn foremost<'o>(&'o self, other: &'o Self) -> &'o Self {
        if other.distance() < self.distance() {
            other
        } else {
            self
        }
    }

    /// What is added to a value in a message that is already about `place`.
    pub(crate) fn beside(&self, place: &Self) -> String {
        if self.is_beside(place) {
            String::new()
        } else {
            format!(", {self}")
        }
    }

    fn is_beside(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { path }, Self::File { path: other }) => table_of(path) == table_of(other),
            (one, other) => one == other,
        }
    }

    /// Where it stands in a list: what is in a file first, by its path.
    pub(crate) fn place(&self) -> (u8, &str) {
        match self {
            Self::File { path } => (0, path),
            other => (other.distance(), ""),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Attribute => 0,
            Self::File { .. } => 1,
            Self::Code => 2,
        }
    }

    fn distance(&self) -> u8 {
        match self {
            Self::File { .. } => 0,
            Self::Code => 1,
            Self::Attribute => 2,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute => f.write_str("in the attribute"),
            Self::File { path } => f.write_str(path),
            Self::Code => f.write_str("in code"),
        }
    }
}

/// What was chosen for one option.
#[derive(Clone, Debug, Default)]
pub(crate) enum Choice<T> {
    /// Nothing.
    #[default]
    Open,
    /// A value.
    Given(T, Origin),
    /// Something with a mistake in it, which is told; what else would follow from it is not.
    Faulty(Origin),
}

impl<T> Choice<T> {
    pub(crate) fn in_attribute(value: T) -> Self {
        Self::Given(value, Origin::Attribute)
    }

    pub(crate) fn in_code(value: T) -> Self {
        Self::Given(value, Origin::Code)
    }

    /// Takes what `above` says, unless that comes from a lesser place.
    pub(crate) fn lay(&mut self, above: Self) {
        let holds = match (self.place(), above.place()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(mine), Some(theirs)) => theirs.rank() >= mine.rank(),
        };
        if holds {
            *self = above;
        }
    }

    pub(crate) fn is_given(&self) -> bool {
        matches!(self, Self::Given(..))
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    pub(crate) fn is_faulty(&self) -> bool {
        matches!(self, Self::Faulty(_))
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.with_origin().map(|(value, _)| value)
    }

    pub(crate) fn with_origin(&self) -> Option<(&T, &Origin)> {
        match self {
            Self::Given(value, origin) => Some((value, origin)),
            Self::Open | Self::Faulty(_) => None,
        }
    }

    /// Where it was chosen: in the attribute, which says nothing, if nowhere.
    pub(crate) fn origin(&self) -> Origin {
        self.place().cloned().unwrap_or(Origin::Attribute)
    }

    fn place(&self) -> Option<&Origin> {
        match self {
            Self::Open => None,
            Self::Given(_, origin) | Self::Faulty(origin) => Some(origin),
        }
    }
}

impl<T: Copy> Choice<Option<T>> {
    /// The value, unless it is off.
    pub(crate) fn on(&self) -> Option<T> {
        self.get().copied().flatten()
    }
}

/// The table in which a value stands: no option's name holds a dot.
fn table_of(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(table, _)| table)
}
