//! What the literals of options mean: durations and keys. Words in, values or reasons out.

mod meant;

use std::time::Duration;

pub(crate) use meant::{PARTS, is_off, spell_duration};

/// Why some words are no duration that an option can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DurationFault {
    NotADuration,
    Zero,
    TooLong,
}

/// A hundred years: longer is a slip, and would overflow clocks.
const LONGEST: Duration = Duration::from_hours(100 * 365 * 24);

/// Reads numbers with units, such as `500ms`, `30s` or `1h 30m`.
pub(crate) fn parse_duration(words: &str) -> Result<Duration, DurationFault> {
    let mut rest = words.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(DurationFault::NotADuration);
    }
    while !rest.is_empty() {
        let (part, after) = split_part(rest)?;
        total = total.checked_add(part).ok_or(DurationFault::TooLong)?;
        rest = after.trim_start();
    }
    match total {
        Duration::ZERO => Err(DurationFault::Zero),
        total if total > LONGEST => Err(DurationFault::TooLong),
        total => Ok(total),
    }
}

/// Takes one number with its unit off the front.
fn split_part(words: &str) -> Result<(Duration, &str), DurationFault> {
    let (number, rest) = split_where(words, |letter| !letter.is_ascii_digit());
    let (unit, rest) = split_where(rest, |letter| !letter.is_ascii_alphabetic());
    let unit = unit_of(unit).ok_or(DurationFault::NotADuration)?;
    if number.is_empty() {
        return Err(DurationFault::NotADuration);
    }
    let number = number.parse::<u32>().map_err(|_| DurationFault::TooLong)?;
    Ok((
        unit.checked_mul(number).ok_or(DurationFault::TooLong)?,
        rest,
    ))
}

fn split_where(words: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    words.split_at(words.find(ends).unwrap_or(words.len()))
}

fn unit_of(name: &str) -> Option<Duration> {
    Some(match name {
        "ms" => Duration::from_millis(1),
        "s" => Duration::from_secs(1),
        "m" => Duration::from_mins(1),
        "h" => Duration::from_hours(1),
        "d" => Duration::from_hours(24),
        "w" => Duration::from_hours(7 * 24),
        _ => return None,
    })
}

/// Why a text is no template of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyFault {
    Empty,
    UnknownPlaceholder(String),
    OpenBrace,
    Zero,
    TooLong,
}

/// The longest key a store has to take, in bytes.
const LONGEST_KEY: usize = 1024;

/// Checks a key template over `{name}` and `{family}`; a brace that is meant as such is written twice.
pub(crate) fn check_key(template: &str) -> Result<(), KeyFault> {
    match template {
        "" => return Err(KeyFault::Empty),
        text if text.contains('\0') => return Err(KeyFault::Zero),
        text if text.len() > LONGEST_KEY => return Err(KeyFault::TooLong),
        _ => {}
    }
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        rest = after_brace(rest.split_at(at).1)?;
    }
    Ok(())
}

/// What follows the placeholder or the doubled brace at the front of `text`.
fn after_brace(text: &str) -> Result<&str, KeyFault> {
    if let Some(after) = text.strip_prefix("{{").or_else(|| text.strip_prefix("}}")) {
        return Ok(after);
    }
    let inside = text.strip_prefix('{').ok_or(KeyFault::OpenBrace)?;
    let (placeholder, after) = inside.split_once('}').ok_or(KeyFault::OpenBrace)?;
    match placeholder {
        "name" | "family" => Ok(after),
        unknown => Err(KeyFault::UnknownPlaceholder(unknown.to_owned())),
    }
}

#[cfg(test)]
mod tests;
