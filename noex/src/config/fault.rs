//! What is wrong with one value of a configuration.

use super::similar::{listed, similar};
use crate::persist::Contradiction;

/// What is wrong with a value.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is no such option.
    #[error("unknown option, {}", meant(name, known.iter().copied(), "the options are"))]
    Unknown {
        /// What was written.
        name: String,
        /// Which options there are.
        known: Vec<&'static str>,
    },
    /// No server of this name was asked for.
    #[error("no server has this name, {}", meant(name, known.iter().map(String::as_str), "the servers are"))]
    UnknownServer {
        /// What was written.
        name: String,
        /// Which servers there are.
        known: Vec<String>,
    },
    /// The option stands in the wrong table.
    #[error("it belongs to `{table}`")]
    Misplaced {
        /// The table it belongs to.
        table: String,
    },
    /// The option is part of the code: a file of today could not speak of what the code of tomorrow is.
    #[error("it belongs to the code, only the type's attribute says it")]
    OfTheCode,
    /// The name was written twice.
    #[error("it is written twice, keep one of the two")]
    Duplicate,
    /// A value of a type that the option does not take.
    #[error("it takes {takes}, not {found}")]
    WrongType {
        /// What the option takes.
        takes: &'static str,
        /// What was written.
        found: &'static str,
    },
    /// Words that are no duration.
    #[error("`{text}` is not a duration: write a number and a unit, {example}")]
    NotADuration {
        /// What was written.
        text: String,
        /// What can be written.
        example: &'static str,
    },
    /// A duration that is a slip.
    #[error("`{text}` is longer than a hundred years")]
    TooLong {
        /// What was written.
        text: String,
    },
    /// Nothing, where there has to be something.
    #[error("`{option}` cannot be zero")]
    Zero {
        /// The option.
        option: &'static str,
    },
    /// The option cannot be switched off.
    #[error("it cannot be off: write a number and a unit, as in \"5m\"")]
    CannotBeOff,
    /// Text that is none of the option's values.
    #[error("`{text}` is not one of its values: write {takes}")]
    NotAChoice {
        /// What was written.
        text: String,
        /// Its values.
        takes: &'static str,
    },
    /// Options of persistence for a state that is not stored.
    #[error("`{kind}` is not persistent: its type has no `#[persist(..)]`")]
    NotPersistent {
        /// The kind of server.
        kind: &'static str,
    },
    /// Options that do not go together.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
}

impl Fault {
    /// The option that was meant, as far as one can tell.
    pub(crate) fn meant(&self) -> Option<&'static str> {
        match self {
            Self::Unknown { name, known } => similar(name, known.iter().copied()),
            _ => None,
        }
    }
}

fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone, all: &str) -> String {
    if let Some(near) = similar(name, known.clone()) {
        return format!("a similar one exists: `{near}`");
    }
    let known = listed(known);
    if known.is_empty() {
        return "there are none".to_owned();
    }
    format!("{all} {known}")
}
