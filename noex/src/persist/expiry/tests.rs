//! Ages at and around their limits, and clocks that jump.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{Ages, Believed, Freshness, Limits, Moment, Past, expired, freshness};
use crate::persist::codec::Codec;
use crate::persist::record::RecordMeta;
use crate::store::{Epoch, Key, NodeId, Revision};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const MS: Duration = Duration::from_millis(1);
const NONE: Limits = limits(None, None);

const fn limits(max_age: Option<Duration>, max_idle: Option<Duration>) -> Limits {
    Limits { max_age, max_idle }
}

const fn aged(max_age: Duration) -> Limits {
    limits(Some(max_age), None)
}

const fn idle(max_idle: Duration) -> Limits {
    limits(None, Some(max_idle))
}

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)
}

/// A record saved at noon, whose client was last active an hour before.
fn record(Limits { max_age, max_idle }: Limits) -> RecordMeta {
    RecordMeta {
        key: Key::new("order").expect("a key"),
        kind: "Order".into(),
        version: 1,
        shape: None,
        codec: Codec::Json,
        revision: Revision {
            epoch: Epoch::new(1),
            number: 1,
        },
        node: NodeId::new(1),
        server_id: "1".into(),
        server_name: None,
        created_at: noon(),
        saved_at: noon(),
        active_at: noon() - HOUR,
        max_age,
        max_idle,
        expires_at: None,
    }
}

fn stale(age: Duration, max_age: Duration) -> Freshness {
    Freshness::Stale(Past::Age { age, max_age })
}

fn inactive(idle: Duration, max_idle: Duration) -> Freshness {
    Freshness::Stale(Past::Idle { idle, max_idle })
}

// S3: a record is expired once it is past its limit, and not when it just reaches it
#[test]
fn a_record_is_stale_past_its_limit() {
    let at = |age| freshness(&record(NONE), noon() + age, aged(HOUR));
    assert_eq!(at(Duration::ZERO), Freshness::Fresh);
    assert_eq!(at(HOUR), Freshness::Fresh);
    assert_eq!(at(HOUR + MS), stale(HOUR + MS, HOUR));
}

// E4: idleness counts from the last message of a client, not from the last save
#[test]
fn a_record_is_stale_once_it_was_idle_for_too_long() {
    let at = |age| freshness(&record(NONE), noon() + age, idle(2 * HOUR));
    assert_eq!(at(Duration::ZERO), Freshness::Fresh);
    assert_eq!(at(HOUR), Freshness::Fresh);
    assert_eq!(at(HOUR + MS), inactive(2 * HOUR + MS, 2 * HOUR));
}

// S3, E4: today's limit stands where there is one, else the one in the record, else none; each by itself
#[test]
fn todays_limit_stands_before_the_recorded_one() {
    let at = |recorded, today| freshness(&record(recorded), noon() + 5 * HOUR, today);
    assert_eq!(at(aged(HOUR), aged(9 * HOUR)), Freshness::Fresh);
    assert_eq!(at(aged(9 * HOUR), aged(HOUR)), stale(5 * HOUR, HOUR));
    assert_eq!(at(aged(HOUR), NONE), stale(5 * HOUR, HOUR));
    assert_eq!(at(idle(HOUR), idle(9 * HOUR)), Freshness::Fresh);
    assert_eq!(at(idle(HOUR), aged(9 * HOUR)), inactive(6 * HOUR, HOUR));
    assert_eq!(at(NONE, NONE), Freshness::Fresh);
}

// S10: a record from the future is no older than nothing, and by how much it is ahead is told
#[test]
fn a_record_from_the_future_is_fresh_and_skewed() {
    let both = limits(Some(MS), Some(MS));
    let result = freshness(&record(both), noon() - HOUR, both);
    assert_eq!(result, Freshness::FromTheFuture { skew: HOUR });
}

// S10, E4: a clock that was set back a little hides no idleness
#[test]
fn a_record_from_the_future_may_have_been_idle_for_too_long() {
    let nearly = HOUR.saturating_sub(MS);
    let limit = nearly.saturating_sub(MS);
    let result = freshness(&record(NONE), noon() - MS, idle(limit));
    assert_eq!(result, inactive(nearly, limit));
}

// E4: what is over first, age or idleness, ends a record
#[test]
fn a_record_expires_by_the_first_of_its_limits() {
    let at = |age, idle| limits(age, idle).expires_at(noon(), noon() - HOUR);
    assert_eq!(at(None, None), None);
    assert_eq!(at(Some(3 * HOUR), None), Some(noon() + 3 * HOUR));
    assert_eq!(at(Some(3 * HOUR), Some(3 * HOUR)), Some(noon() + 2 * HOUR));
    assert_eq!(at(Some(HOUR), Some(3 * HOUR)), Some(noon() + HOUR));
    assert_eq!(at(Some(Duration::MAX), None), None);
}

// E2: a record is deleted once it is past the limit in it and past today's, never by one of them alone
#[test]
fn a_record_is_deleted_past_both_limits() {
    let ages = Ages {
        age: 2 * HOUR,
        idle: 3 * HOUR,
    };
    let by_age = Some(Past::Age {
        age: 2 * HOUR,
        max_age: HOUR,
    });
    let by_idleness = Some(Past::Idle {
        idle: 3 * HOUR,
        max_idle: HOUR,
    });
    assert_eq!(expired(ages, aged(HOUR), aged(HOUR)), by_age);
    assert_eq!(expired(ages, aged(HOUR), aged(2 * HOUR)), None);
    assert_eq!(expired(ages, aged(2 * HOUR), aged(HOUR)), None);
    assert_eq!(expired(ages, NONE, aged(HOUR)), None);
    assert_eq!(expired(ages, aged(HOUR), NONE), None);
    assert_eq!(expired(ages, idle(HOUR), idle(2 * HOUR)), by_idleness);
    assert_eq!(expired(ages, idle(HOUR), idle(3 * HOUR)), None);
}

// E2: where several servers of a kind differ, what one of them allows stays
#[test]
fn the_loosest_of_todays_limits_counts() {
    let both = limits(Some(HOUR), Some(2 * HOUR));
    assert_eq!(both.looser(aged(3 * HOUR)), aged(3 * HOUR));
    assert_eq!(both.looser(both), both);
    assert_eq!(both.looser(NONE), NONE);
}

fn moment(at: Instant, measured: Duration, set_forward: Duration) -> Moment {
    Moment {
        wall: noon() + measured + set_forward,
        instant: at + measured,
    }
}

// E3: what was saved before the wall clock was set forward is as old as the monotonic clock has measured since
#[tokio::test]
async fn a_clock_set_forward_makes_no_record_old() {
    let at = Instant::now();
    let mut believed = Believed::since(moment(at, Duration::ZERO, Duration::ZERO));
    assert_eq!(believed.look(moment(at, HOUR, Duration::ZERO)), None);
    assert_eq!(believed.ages(&record(NONE)).age, HOUR);

    assert_eq!(believed.look(moment(at, 2 * HOUR, DAY)), Some(DAY));
    assert_eq!(believed.ages(&record(NONE)).age, Duration::ZERO);
    assert_eq!(believed.look(moment(at, 5 * HOUR, DAY)), None);
    let ages = believed.ages(&record(NONE));
    assert_eq!((ages.age, ages.idle), (3 * HOUR, 3 * HOUR));

    let saved_since = RecordMeta {
        saved_at: noon() + DAY + 3 * HOUR,
        ..record(NONE)
    };
    assert_eq!(believed.ages(&saved_since).age, 2 * HOUR);
}

// E3: a clock that is set back, and back again, was never set forward
#[tokio::test]
async fn a_clock_set_back_and_right_again_is_believed() {
    let at = Instant::now();
    let mut believed = Believed::since(moment(at, DAY, Duration::ZERO));
    let back = Moment {
        wall: noon(),
        instant: at + DAY + HOUR,
    };
    assert_eq!(believed.look(back), None);
    assert_eq!(believed.ages(&record(NONE)).age, Duration::ZERO);
}

// E3: clocks that drift apart by seconds are no jump
#[tokio::test]
async fn a_small_drift_is_no_jump() {
    let at = Instant::now();
    let mut believed = Believed::since(moment(at, Duration::ZERO, Duration::ZERO));
    let drift = Duration::from_secs(59);
    assert_eq!(believed.look(moment(at, HOUR, drift)), None);
    assert_eq!(believed.ages(&record(NONE)).age, HOUR + drift);
}

// E3: a clock at the end of all time is looked at as any other
#[tokio::test]
async fn a_clock_at_its_end_is_looked_at() {
    let at = Instant::now();
    let end = Duration::from_secs(i64::MAX.unsigned_abs());
    let moment = |instant| Moment {
        wall: SystemTime::UNIX_EPOCH + end,
        instant,
    };
    let mut believed = Believed::since(moment(at));
    assert_eq!(believed.look(moment(at + HOUR)), None);
}
