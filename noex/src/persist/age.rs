//! When to save, to save again and to try again: decisions about time, without a clock.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

/// The first pause after a failed save, and the longest one.
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(30);

/// How long after a save an unchanged state is saved again, so that its record does not expire.
///
/// Between a quarter and three eighths of `max_age`, by the server's own `random`: servers saved together are not
/// refreshed together, and there is time left for retries before half of it has passed.
pub(crate) fn refresh_after(max_age: Duration, random: u64) -> Duration {
    let quarter = max_age / 4;
    quarter + part_of(quarter / 2, random)
}

/// Whether a record saved at `saved_at` is to be saved again.
pub(crate) fn refresh_due(
    saved_at: SystemTime,
    now: SystemTime,
    max_age: Duration,
    random: u64,
) -> bool {
    // A record from the future would otherwise not be refreshed before its clock is reached again.
    now.duration_since(saved_at)
        .map_or(true, |age| age >= refresh_after(max_age, random))
}

/// A server's own place within the interval, from a random number.
pub(crate) fn phase(interval: Duration, random: u64) -> Duration {
    part_of(interval, random)
}

/// How long from `now` (since any fixed start) until the next point of the interval at this phase: more than nothing, and
/// never more than one interval, however many points have passed.
pub(crate) fn next_save(now: Duration, interval: Duration, phase: Duration) -> Duration {
    let interval = interval.as_nanos().max(1);
    let (now, phase) = (now.as_nanos() % interval, phase.as_nanos() % interval);
    let ahead = if phase > now {
        phase - now
    } else {
        phase + interval - now
    };
    from_nanos(ahead)
}

/// How long to wait before a failed save is tried again, `attempt` counting from 0.
pub(crate) fn retry_delay(attempt: u32, random: u64) -> Duration {
    let factor = 2_u32.checked_pow(attempt).unwrap_or(u32::MAX);
    let base = FIRST_RETRY.saturating_mul(factor).min(LAST_RETRY * 4 / 5);
    base + part_of(base / 4, random)
}

/// Less than `whole`, evenly spread.
pub(crate) fn part_of(whole: Duration, random: u64) -> Duration {
    let nanos = whole.as_nanos();
    // The high half of the product of two 64-bit fractions keeps every interval below 584 years exact.
    let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
    from_nanos((u128::from(nanos) * u128::from(random)) >> 64)
}

fn from_nanos(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let seconds = u64::try_from(nanos / SECOND).unwrap_or(u64::MAX);
    Duration::new(seconds, u32::try_from(nanos % SECOND).unwrap_or_default())
}
