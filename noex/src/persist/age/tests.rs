//! Ages at and around their limits, phases, and retries.

use std::time::{Duration, SystemTime};

use super::{next_save, phase, refresh_after, refresh_due, retry_delay};

const HOUR: Duration = Duration::from_hours(1);
const MS: Duration = Duration::from_millis(1);
const RANDOM: [u64; 5] = [0, 1, u64::MAX / 3, u64::MAX / 2, u64::MAX];

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)
}

// P6: whatever the random number, the refresh is due before half of max_age has passed, with room for retries
#[test]
fn a_refresh_is_due_before_half_of_max_age() {
    for max_age in [
        Duration::from_secs(1),
        HOUR,
        30 * 24 * HOUR,
        Duration::from_hours(24 * 365 * 100),
    ] {
        for random in RANDOM {
            let after = refresh_after(max_age, random);
            assert!(
                after >= max_age / 4 && after <= max_age * 3 / 8,
                "{after:?} of {max_age:?}"
            );
        }
    }
}

// P6: a refresh is due from its moment on, not before, and at once for a record from the future
#[test]
fn a_refresh_becomes_due_at_its_moment() {
    let after = refresh_after(HOUR, 7);
    let due = |now| refresh_due(noon(), now, HOUR, 7);
    assert!(!due(noon() + after - MS));
    assert!(due(noon() + after));
    assert!(due(noon() - HOUR));
}

// P5: a save is due within one interval from any moment, always at the server's own phase
#[test]
fn the_next_save_is_at_the_phase_within_one_interval() {
    let interval = Duration::from_secs(30);
    for random in RANDOM {
        let phase = phase(interval, random);
        assert!(phase < interval);
        for ms in (0..120_000).step_by(377) {
            let now = Duration::from_millis(ms);
            let delay = next_save(now, interval, phase);
            assert!(!delay.is_zero() && delay <= interval);
            assert_eq!(
                (now + delay).as_nanos() % interval.as_nanos(),
                phase.as_nanos()
            );
        }
    }
}

// P5: at its very moment the next save is one interval away, so that a point is not taken twice
#[test]
fn a_point_is_not_taken_twice() {
    let interval = Duration::from_secs(30);
    let phase = Duration::from_secs(12);
    assert_eq!(
        next_save(Duration::from_secs(42), interval, phase),
        interval
    );
    assert_eq!(
        next_save(Duration::from_millis(41_999), interval, phase),
        MS
    );
}

// P5: after a stall that missed many points comes one save, at the next point
#[test]
fn missed_points_are_passed_over() {
    let (interval, phase) = (Duration::from_secs(30), Duration::from_secs(12));
    let stalled = Duration::from_secs(12 + 30 * 1_000 + 1);
    assert_eq!(next_save(stalled, interval, phase), Duration::from_secs(29));
}

// P5: intervals of thirty days, of centuries and of a nanosecond work
#[test]
fn long_and_short_intervals_work() {
    let month = 30 * 24 * HOUR;
    assert_eq!(next_save(HOUR, month, Duration::ZERO), (30 * 24 - 1) * HOUR);
    assert_eq!(next_save(month * 5 + HOUR, month, 2 * HOUR), HOUR);
    for interval in [
        Duration::MAX,
        Duration::from_nanos(1),
        Duration::ZERO,
        500 * 365 * 24 * HOUR,
    ] {
        for random in RANDOM {
            let delay = next_save(Duration::MAX / 2, interval, phase(interval, random));
            assert!(
                delay <= interval.max(Duration::from_nanos(1)),
                "{delay:?} of {interval:?}"
            );
        }
    }
}

// P5: servers started together are spread over the whole interval
#[test]
fn phases_are_spread_over_the_interval() {
    let interval = 30 * 24 * HOUR;
    let mut tenths = [0; 10];
    for server in 0..1_000_u64 {
        let random = server.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let tenth = phase(interval, random).as_nanos() * 10 / interval.as_nanos();
        tenths[usize::try_from(tenth).expect("below ten")] += 1;
    }
    assert!(
        tenths.iter().all(|count| (80..120).contains(count)),
        "{tenths:?}"
    );
}

// P7: retries begin at 100 ms, wait longer each time, and never longer than 30 s
#[test]
fn retries_grow_to_thirty_seconds() {
    assert_eq!(retry_delay(0, 0), Duration::from_millis(100));
    for attempt in 0..8 {
        assert!(
            retry_delay(attempt, u64::MAX) < retry_delay(attempt + 1, 0),
            "{attempt}"
        );
    }
    for attempt in [8, 20, 31, 32, 33, u32::MAX] {
        for random in RANDOM {
            let delay = retry_delay(attempt, random);
            assert!(
                delay >= Duration::from_secs(24) && delay <= Duration::from_secs(30),
                "{delay:?}"
            );
        }
    }
}

// P7: servers that failed together do not try again together, also once they wait longest
#[test]
fn retries_are_jittered() {
    for attempt in [0, 3, 40] {
        assert!(retry_delay(attempt, u64::MAX) >= retry_delay(attempt, 0) * 6 / 5);
    }
}
