//! Durations as people write them, by the rules of the attributes: numbers with units, more than nothing, and no more
//! than a hundred years.

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

/// From the longest to the shortest, in milliseconds.
const UNITS: [(&str, u64); 6] = [
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

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

/// A duration as a user would write it, in whole milliseconds.
pub(crate) fn words(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut parts = Vec::new();
    // Weeks are read, but days are what people count in.
    for (unit, length) in UNITS.into_iter().skip(1) {
        let length = u128::from(length);
        if rest >= length {
            parts.push(format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if parts.is_empty() {
        return "0ms".to_owned();
    }
    parts.join(" ")
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
    let part = unit.checked_mul(number).ok_or(DurationFault::TooLong)?;
    Ok((part, rest))
}

fn split_where(words: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    words.split_at(words.find(ends).unwrap_or(words.len()))
}

fn unit_of(name: &str) -> Option<Duration> {
    let mut units = UNITS.into_iter();
    let (_, length) = units.find(|(unit, _)| *unit == name)?;
    Some(Duration::from_millis(length))
}

#[cfg(test)]
mod tests;
