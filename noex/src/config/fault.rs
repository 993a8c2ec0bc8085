//! What is wrong with one value of a configuration.

use super::duration::PARTS;
use super::similar::{listed, similar, synonyms};
use super::value::LARGEST_MAILBOX;
use crate::persist::Contradiction;

/// What is wrong with a value.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is no such option.
    #[error("unknown option, {}", meant_option(name, known))]
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
    #[error("`{text}` is not a duration: write {instead}")]
    NotADuration {
        /// What was written.
        text: String,
        /// What can be written instead.
        instead: String,
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
    #[error("it cannot be off: write {PARTS}, as in \"5m\"")]
    CannotBeOff,
    /// A mailbox for more messages than there could be.
    #[error("`{number}` is more than a mailbox can hold: write at most {LARGEST_MAILBOX}")]
    TooMany {
        /// What was written.
        number: u64,
    },
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
    /// The options of which one was meant, as far as one can tell.
    pub(crate) fn meant(&self) -> Vec<&'static str> {
        let Self::Unknown { name, known } = self else {
            return Vec::new();
        };
        let meant = synonyms(name, known);
        if meant.is_empty() {
            similar(name, known.iter().copied()).into_iter().collect()
        } else {
            meant
        }
    }
}

fn meant_option(name: &str, known: &[&str]) -> String {
    let called = synonyms(name, known).into_iter();
    let called = called.map(|option| format!("`{option}`"));
    match called.collect::<Vec<_>>().join(" or ") {
        called if called.is_empty() => meant(name, known.iter().copied(), "the options are"),
        called => format!("write {called}"),
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
