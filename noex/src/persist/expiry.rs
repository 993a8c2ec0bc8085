//! Whether a stored state is still good: decisions about ages and limits, without a clock or a store.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::PersistenceError;
use super::record::RecordMeta;
use crate::store::Key;

/// How long a stored state is good for; without a limit, for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Limits {
    /// After it was last saved or refreshed.
    pub(crate) max_age: Option<Duration>,
    /// After a client last sent its server a message.
    pub(crate) max_idle: Option<Duration>,
}

/// How old a stored state is, by the same two counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ages {
    pub(crate) age: Duration,
    pub(crate) idle: Duration,
}

/// The limit that a stored state is past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Past {
    Age { age: Duration, max_age: Duration },
    Idle { idle: Duration, max_idle: Duration },
}

/// Whether a stored state may still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    Fresh,
    Stale(Past),
    /// Fresh, but a clock was set back.
    FromTheFuture {
        skew: Duration,
    },
}

/// Judges a record that is to be restored.
///
/// The limits in force are today's, because whoever changed them meant the records there are; one in the record counts
/// where the code names none any more, so that forgetting the option does not bring old states back.
pub(crate) fn freshness(record: &RecordMeta, now: SystemTime, today: Limits) -> Freshness {
    let limits = today.or(Limits::of(record));
    if let Some(past) = limits.past(Ages::of(record, now)) {
        return Freshness::Stale(past);
    }
    match record.saved_at.duration_since(now) {
        Ok(skew) if !skew.is_zero() => Freshness::FromTheFuture { skew },
        _ => Freshness::Fresh,
    }
}

/// The limit by which a record may be deleted: it takes to be past those in the record and past today's.
pub(crate) fn expired(ages: Ages, recorded: Limits, today: Limits) -> Option<Past> {
    today.past(ages).and(recorded.past(ages))
}

impl Limits {
    pub(crate) fn of(record: &RecordMeta) -> Self {
        Self {
            max_age: record.max_age,
            max_idle: record.max_idle,
        }
    }

    /// These limits, and for what they do not limit, `other`'s.
    fn or(self, other: Self) -> Self {
        Self {
            max_age: self.max_age.or(other.max_age),
            max_idle: self.max_idle.or(other.max_idle),
        }
    }

    /// What both of two limits allow.
    pub(crate) fn looser(self, other: Self) -> Self {
        let longer = |one: Option<Duration>, other| one.zip(other).map(|(a, b)| a.max(b));
        Self {
            max_age: longer(self.max_age, other.max_age),
            max_idle: longer(self.max_idle, other.max_idle),
        }
    }

    fn past(self, Ages { age, idle }: Ages) -> Option<Past> {
        let by_age = self
            .max_age
            .filter(|limit| age > *limit)
            .map(|max_age| Past::Age { age, max_age });
        by_age.or_else(|| {
            self.max_idle
                .filter(|limit| idle > *limit)
                .map(|max_idle| Past::Idle { idle, max_idle })
        })
    }

    /// When a record stops being good, for the stores to find it by.
    pub(crate) fn expires_at(
        self,
        saved_at: SystemTime,
        active_at: SystemTime,
    ) -> Option<SystemTime> {
        let by_age = self.max_age.and_then(|limit| saved_at.checked_add(limit));
        let by_idleness = self.max_idle.and_then(|limit| active_at.checked_add(limit));
        [by_age, by_idleness].into_iter().flatten().min()
    }
}

impl Ages {
    /// By the wall clock; what lies in the future is of no age.
    pub(crate) fn of(record: &RecordMeta, now: SystemTime) -> Self {
        Self {
            age: since(record.saved_at, now),
            idle: since(record.active_at, now),
        }
    }
}

impl Past {
    pub(crate) fn into_error(self, key: Key) -> PersistenceError {
        match self {
            Self::Age { age, max_age } => PersistenceError::Stale { key, age, max_age },
            Self::Idle { idle, max_idle } => PersistenceError::Idle {
                key,
                idle,
                max_idle,
            },
        }
    }
}

fn since(time: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(time).unwrap_or_default()
}

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) wall: SystemTime,
    pub(crate) instant: Instant,
}

/// The wall clock as far as it can be believed: it may have been set forward by a year.
///
/// What was saved before such a jump is only as old as the monotonic clock has measured since. The jump is taken for
/// true for what was saved after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Believed {
    last: Moment,
    jump: Option<Jump>,
}

#[derive(Clone, Copy, Debug)]
struct Jump {
    /// What was saved before this, was saved before the jump.
    before: SystemTime,
    seen: Instant,
}

/// By how much the clocks may drift apart between two looks before it counts as a jump.
const DRIFT: Duration = Duration::from_mins(1);

impl Believed {
    pub(crate) fn since(now: Moment) -> Self {
        Self {
            last: now,
            jump: None,
        }
    }

    /// Looks at both clocks; by how much the wall clock has outrun the monotonic one since the last look, if it has.
    pub(crate) fn look(&mut self, now: Moment) -> Option<Duration> {
        let measured = now.instant.saturating_duration_since(self.last.instant);
        let expected = self.last.wall.checked_add(measured.saturating_add(DRIFT));
        self.last = now;
        let expected = expected?;
        let ahead = now.wall.duration_since(expected).ok()?;
        if ahead.is_zero() {
            return None;
        }
        self.jump = Some(Jump {
            before: expected,
            seen: now.instant,
        });
        Some(ahead + DRIFT)
    }

    /// What the wall clock showed at the last look.
    pub(crate) fn wall(&self) -> SystemTime {
        self.last.wall
    }

    /// How old a record is, as far as that can be believed.
    pub(crate) fn ages(&self, record: &RecordMeta) -> Ages {
        let Ages { age, idle } = Ages::of(record, self.last.wall);
        let Some(jump) = self.jump else {
            return Ages { age, idle };
        };
        let measured = self.last.instant.saturating_duration_since(jump.seen);
        let believed = |time: SystemTime, age: Duration| {
            if time < jump.before {
                age.min(measured)
            } else {
                age
            }
        };
        Ages {
            age: believed(record.saved_at, age),
            idle: believed(record.active_at, idle),
        }
    }
}
