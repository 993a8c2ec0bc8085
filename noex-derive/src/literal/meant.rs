//! What somebody meant who wrote a duration in other words: as far as one can tell, to be said in a message.
//!
//! Attributes and configuration files answer in the same words, so each of their crates has a copy of this file.

use super::parse_duration;

/// What a duration is made of, for messages.
pub(crate) const PARTS: &str = "a number and a unit (ms, s, m, h, d or w)";

const OFF: [&str; 6] = ["off", "never", "none", "no", "false", "disabled"];

/// Units as people write them out, how noex writes them, and their milliseconds. Those that it does not write are
/// told in others.
const UNITS: [(&[&str], &str, u64); 8] = [
    (
        &[
            "ms",
            "msec",
            "msecs",
            "millis",
            "millisecond",
            "milliseconds",
        ],
        "ms",
        1,
    ),
    (&["", "s", "sec", "secs", "second", "seconds"], "s", 1_000),
    (&["m", "min", "mins", "minute", "minutes"], "m", 60_000),
    (&["h", "hr", "hrs", "hour", "hours"], "h", 3_600_000),
    (&["d", "day", "days"], "d", 86_400_000),
    (&["w", "wk", "wks", "week", "weeks"], "w", 7 * 86_400_000),
    (&["mo", "month", "months"], "", 30 * 86_400_000),
    (&["y", "yr", "yrs", "year", "years"], "", 365 * 86_400_000),
];

/// Whether `words` say that there is no duration.
pub(crate) fn is_off(words: &str) -> bool {
    OFF.iter().any(|off| off.eq_ignore_ascii_case(words.trim()))
}

/// The duration that was meant by words such as `5 minutes`, `0.5h` or `600`, as it has to be written.
pub(crate) fn spell_duration(words: &str) -> Option<String> {
    let (mut rest, mut spelt) = (words.trim(), Vec::new());
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |letter| !letter.is_ascii_digit() && letter != '.');
        let (unit, after) = split_where(after.trim_start(), |letter| !letter.is_ascii_alphabetic());
        // Only a number that stands alone is one of seconds.
        let is_clear = !unit.is_empty() || number == words.trim();
        spelt.push(is_clear.then(|| spell_part(number, unit))??);
        rest = after.trim_start();
    }
    let spelt = spelt.join(" ");
    parse_duration(&spelt).is_ok().then_some(spelt)
}

fn spell_part(number: &str, unit: &str) -> Option<String> {
    // A big M is a month to some and a minute to others.
    let unit = if unit == "M" {
        return None;
    } else {
        unit.to_lowercase()
    };
    let (_, short, length) = UNITS
        .iter()
        .find(|(names, ..)| names.contains(&unit.as_str()))?;
    match number.split_once('.') {
        None if !short.is_empty() => Some(format!("{number}{short}")),
        None => spell_whole(number, 0, *length),
        Some((whole, fraction)) => {
            spell_whole(&format!("{whole}{fraction}"), fraction.len(), *length)
        }
    }
}

/// So many units of `length`, the last `places` digits standing behind the point, in the longest unit that is exact.
fn spell_whole(digits: &str, places: usize, length: u64) -> Option<String> {
    let scale = 10_u64.checked_pow(u32::try_from(places).ok()?)?;
    let scaled = digits.parse::<u64>().ok()?.checked_mul(length)?;
    let exact = (scaled % scale == 0).then_some(scaled / scale)?;
    let mut units = UNITS
        .iter()
        .rev()
        .filter(|(_, short, _)| !short.is_empty() && *short != "w");
    let (_, short, length) = units.find(|(_, _, length)| exact % length == 0)?;
    Some(format!("{}{short}", exact / length))
}

fn split_where(words: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    words.split_at(words.find(ends).unwrap_or(words.len()))
}

#[cfg(test)]
mod tests;
