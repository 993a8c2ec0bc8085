//! Names, numbers and times on one line of a tree.

use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime};

/// A text of somebody else's that stays on its line, and does nothing to a terminal.
pub(super) struct Plain<'a>(pub(super) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_debug())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// A number with a comma between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The time from one moment to another, by its two largest units; nothing if a clock was set back.
pub(super) fn span(from: SystemTime, to: SystemTime) -> String {
    let span = to.duration_since(from).unwrap_or_default();
    let text = humantime::format_duration(Duration::from_secs(span.as_secs())).to_string();
    let units: Vec<_> = text.split(' ').take(2).collect();
    units.join(" ")
}
