//! How the value of an option is written, by its type.

use std::time::Duration;

use super::duration::{DurationFault, PARTS, is_off, parse_duration, spell_duration, words};
use super::fault::Fault;
use super::raw::Raw;
use crate::persist::{OnUnreadable, Snapshot};

/// What an option can be set to.
pub(crate) trait Value: Clone {
    /// What the option takes, in words.
    const TAKES: &'static str;

    /// The value that was written for `option`.
    fn read(raw: &Raw, option: &'static str) -> Result<Self, Fault>;

    /// How it is written.
    fn write(&self) -> Raw;
}

/// What switches off an option that can be off.
const OFF: &str = "off";

impl Value for bool {
    const TAKES: &'static str = "`true` or `false`";

    fn read(raw: &Raw, _: &'static str) -> Result<Self, Fault> {
        match raw {
            Raw::Bool(value) => Ok(*value),
            other => Err(wrong::<Self>(other)),
        }
    }

    fn write(&self) -> Raw {
        Raw::Bool(*self)
    }
}

/// More messages than memory has room for: a slip.
pub(super) const LARGEST_MAILBOX: usize = 1_000_000_000;

/// How many messages a mailbox takes.
impl Value for usize {
    const TAKES: &'static str = "a whole number, as in 1024";

    fn read(raw: &Raw, option: &'static str) -> Result<Self, Fault> {
        match raw {
            Raw::Whole(0) => Err(Fault::Zero { option }),
            Raw::Whole(number) => usize::try_from(*number)
                .ok()
                .filter(|room| *room <= LARGEST_MAILBOX)
                .ok_or(Fault::TooMany { number: *number }),
            other => Err(wrong::<Self>(other)),
        }
    }

    fn write(&self) -> Raw {
        u64::try_from(*self).map_or(Raw::Other("a number beyond all bounds"), Raw::Whole)
    }
}

impl Value for String {
    const TAKES: &'static str = "a string";

    fn read(raw: &Raw, _: &'static str) -> Result<Self, Fault> {
        match raw {
            Raw::Text(text) => Ok(text.clone()),
            other => Err(wrong::<Self>(other)),
        }
    }

    fn write(&self) -> Raw {
        Raw::Text(self.clone())
    }
}

impl Value for Duration {
    const TAKES: &'static str = "a duration, as in \"5s\"";

    fn read(raw: &Raw, option: &'static str) -> Result<Self, Fault> {
        match raw {
            Raw::Text(text) if is_off(text) => Err(Fault::CannotBeOff),
            Raw::Bool(false) => Err(Fault::CannotBeOff),
            Raw::Text(text) => read_duration(text, option, ""),
            other => Err(wrong::<Self>(other)),
        }
    }

    fn write(&self) -> Raw {
        Raw::Text(words(*self))
    }
}

impl Value for Option<Duration> {
    const TAKES: &'static str = "a duration, as in \"5m\", or \"off\"";

    fn read(raw: &Raw, option: &'static str) -> Result<Self, Fault> {
        match raw {
            Raw::Text(text) if text == OFF => Ok(None),
            Raw::Text(text) if is_off(text) => Err(not_off(text)),
            Raw::Bool(false) => Err(not_off("false")),
            Raw::Text(text) => read_duration(text, option, ", or \"off\"").map(Some),
            other => Err(wrong::<Self>(other)),
        }
    }

    fn write(&self) -> Raw {
        Raw::Text(self.map_or_else(|| OFF.to_owned(), words))
    }
}

impl Value for OnUnreadable {
    const TAKES: &'static str = "\"fail\" or \"quarantine\"";

    fn read(raw: &Raw, _: &'static str) -> Result<Self, Fault> {
        choice(
            raw,
            &[("fail", Self::Fail), ("quarantine", Self::Quarantine)],
        )
    }

    fn write(&self) -> Raw {
        let text = match self {
            Self::Fail => "fail",
            Self::Quarantine => "quarantine",
        };
        Raw::Text(text.to_owned())
    }
}

impl Value for Snapshot {
    const TAKES: &'static str = "\"inline\" or \"clone\"";

    fn read(raw: &Raw, _: &'static str) -> Result<Self, Fault> {
        choice(raw, &[("inline", Self::Inline), ("clone", Self::Cloned)])
    }

    fn write(&self) -> Raw {
        let text = match self {
            Self::Inline => "inline",
            Self::Cloned => "clone",
        };
        Raw::Text(text.to_owned())
    }
}

fn read_duration(text: &str, option: &'static str, or: &str) -> Result<Duration, Fault> {
    let text_of = || text.to_owned();
    parse_duration(text).map_err(|fault| match fault {
        DurationFault::NotADuration => {
            let example = spell_duration(text).unwrap_or_else(|| "5m".to_owned());
            Fault::NotADuration {
                text: text_of(),
                instead: format!("{PARTS}, as in \"{example}\"{or}"),
            }
        }
        DurationFault::Zero => Fault::Zero { option },
        DurationFault::TooLong => Fault::TooLong { text: text_of() },
    })
}

/// Another word for being off than the one there is.
fn not_off(text: &str) -> Fault {
    Fault::NotADuration {
        text: text.to_owned(),
        instead: format!("\"{OFF}\""),
    }
}

fn choice<T: Value>(raw: &Raw, choices: &[(&str, T)]) -> Result<T, Fault> {
    let Raw::Text(text) = raw else {
        return Err(wrong::<T>(raw));
    };
    let chosen = choices.iter().find(|(name, _)| name == text);
    let chosen = chosen.map(|(_, value)| value.clone());
    chosen.ok_or_else(|| Fault::NotAChoice {
        text: text.clone(),
        takes: T::TAKES,
    })
}

fn wrong<T: Value>(found: &Raw) -> Fault {
    Fault::WrongType {
        takes: T::TAKES,
        found: found.what(),
    }
}
