//! Times and durations as a record keeps them: in whole milliseconds.

use std::time::{Duration, SystemTime};

/// Milliseconds since 1970, rounded down, so that a time before it and one after it lose the same way.
pub(crate) fn unix_ms(time: SystemTime) -> i64 {
    let ms = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i128::try_from(after.as_millis()),
        Err(before) => {
            i128::try_from(before.duration().as_nanos().div_ceil(1_000_000)).map(|ms| -ms)
        }
    };
    ms.ok()
        .and_then(|ms| i64::try_from(ms).ok())
        .unwrap_or(i64::MAX)
}

/// The time that many milliseconds after (or before) 1970, if the platform can tell it.
pub(crate) fn from_unix_ms(ms: i64) -> Option<SystemTime> {
    let distance = Duration::from_millis(ms.unsigned_abs());
    if ms < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

/// The time as a record would give it back.
pub(crate) fn to_whole_ms(time: SystemTime) -> SystemTime {
    from_unix_ms(unix_ms(time)).unwrap_or(time)
}

/// A duration in milliseconds, as long as a record can say.
pub(crate) fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
