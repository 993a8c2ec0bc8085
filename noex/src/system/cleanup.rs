//! When a system's store is cleaned up: one janitor for each kind of server, as long as somebody asks for it.

use std::collections::HashMap;
use std::sync::Arc as StdArc;
use std::time::Duration;

use tokio::time::Instant;

use super::Inner;
use crate::event::Event;
use crate::persist::age;
use crate::persist::config::PersistConfig;
use crate::persist::expiry::{Believed, Limits, Moment};
use crate::persist::janitor::Round;
use crate::slot::life::after;
use crate::sync::{Arc, Mutex, lock};
use crate::timer::Alarm;

/// The janitors of a system, by the kind of the records they look after.
pub(crate) struct Janitors {
    /// When the system began: since then its clocks can be compared.
    since: Moment,
    by_kind: Mutex<HashMap<StdArc<str>, Janitor>>,
}

/// Who has a say in what becomes of one kind of records, and when that is looked at.
struct Janitor {
    /// What the servers and families of the kind ask for, and how many of them the same.
    asked: HashMap<Asked, usize>,
    believed: Believed,
    due: Instant,
    /// What will say so, if somebody asks for it.
    alarm: Option<Alarm>,
    /// Whether a round is under way.
    is_busy: bool,
}

/// What one server or family asks for; one that has no interval has its limits all the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Asked {
    limits: Limits,
    interval: Option<Duration>,
}

impl Inner {
    /// Notes that a server or a family with this configuration is there, and sees to it that what has expired is
    /// deleted if it asks for that.
    pub(crate) fn clean_up_for(self: &Arc<Self>, config: &PersistConfig) {
        let Some(asked) = self.asked(config) else {
            return;
        };
        let now = self.moment().instant;
        let mut by_kind = lock(&self.janitors.by_kind);
        let janitor = by_kind
            .entry(config.kind.clone())
            .or_insert_with(|| Janitor::new(self.janitors.since));
        *janitor.asked.entry(asked).or_default() += 1;
        let Some(interval) = asked.interval else {
            return;
        };
        if !janitor.comes_by(after(now, interval)) {
            janitor.due = after(now, age::phase(interval, self.random()));
            janitor.alarm = Some(self.look_after(&config.kind, janitor.due));
        }
    }

    /// Notes that who was noted by `clean_up_for` is gone.
    pub(crate) fn clean_up_no_more_for(&self, config: &PersistConfig) {
        let Some(asked) = self.asked(config) else {
            return;
        };
        let mut by_kind = lock(&self.janitors.by_kind);
        let Some(janitor) = by_kind.get_mut(&config.kind) else {
            return;
        };
        janitor.forget(asked);
        if janitor.interval().is_none() {
            janitor.alarm = None;
        }
    }

    fn asked(&self, config: &PersistConfig) -> Option<Asked> {
        let ownership = self.store()?.ownership();
        Some(Asked {
            limits: config.cleanup_limits(ownership),
            interval: config.cleanup_interval,
        })
    }

    fn look_after(self: &Arc<Self>, kind: &StdArc<str>, due: Instant) -> Alarm {
        let (system, kind) = (Arc::downgrade(self), kind.clone());
        self.timers.at(due, move || {
            if let Some(system) = system.upgrade() {
                let runtime = system.runtime.clone();
                runtime.spawn(async move { system.clean(&kind).await });
            }
        })
    }

    async fn clean(self: &Arc<Self>, kind: &StdArc<str>) {
        let Some(round) = self.begin_round(kind) else {
            return;
        };
        let Some(store) = self.store() else { return };
        let tell = |reason| {
            let kind = kind.clone();
            self.events.emit(Event::Expired { kind, reason });
        };
        if let Err(error) = round.run(store, tell).await
            && self.is_open()
        {
            let kind = kind.clone();
            self.events.emit(Event::NotCleanedUp { kind, error });
        }
        self.await_next_round(kind);
    }

    /// The round that is due; none where nobody asks for it any more.
    fn begin_round(&self, kind: &StdArc<str>) -> Option<Round> {
        if !self.is_open() {
            return None;
        }
        let moment = self.moment();
        let mut by_kind = lock(&self.janitors.by_kind);
        let janitor = by_kind.get_mut(kind)?;
        janitor.interval()?;
        let limits = janitor.limits()?;
        janitor.is_busy = true;
        let ahead = janitor.believed.look(moment);
        let round = Round {
            kind: kind.clone(),
            limits,
            believed: janitor.believed,
        };
        drop(by_kind);
        if let Some(ahead) = ahead {
            let kind = kind.clone();
            self.events.emit(Event::CleanupPaused { kind, ahead });
        }
        Some(round)
    }

    fn await_next_round(self: &Arc<Self>, kind: &StdArc<str>) {
        let now = self.moment().instant;
        let mut by_kind = lock(&self.janitors.by_kind);
        let Some(janitor) = by_kind.get_mut(kind) else {
            return;
        };
        janitor.is_busy = false;
        let interval = janitor.interval().filter(|_| self.is_open());
        janitor.alarm = interval.map(|interval| {
            janitor.due = after(now, interval);
            self.look_after(kind, janitor.due)
        });
    }

    fn moment(&self) -> Moment {
        let now = self.now();
        Moment {
            wall: now.wall,
            instant: now.instant,
        }
    }
}

impl Janitors {
    pub(super) fn new(since: Moment) -> Self {
        Self {
            since,
            by_kind: Mutex::default(),
        }
    }
}

impl Janitor {
    fn new(since: Moment) -> Self {
        Self {
            asked: HashMap::new(),
            believed: Believed::since(since),
            due: since.instant,
            alarm: None,
            is_busy: false,
        }
    }

    fn forget(&mut self, asked: Asked) {
        if let Some(count) = self.asked.get_mut(&asked) {
            *count -= 1;
            if *count == 0 {
                self.asked.remove(&asked);
            }
        }
    }

    /// Whether there is a round under way, or one due by then.
    fn comes_by(&self, then: Instant) -> bool {
        self.is_busy || (self.alarm.is_some() && self.due <= then)
    }

    /// What every server and family of the kind allows; none where there is none.
    fn limits(&self) -> Option<Limits> {
        let limits = self.asked.keys().map(|asked| asked.limits);
        limits.reduce(Limits::looser)
    }

    /// How often somebody asks for a round; none where nobody does.
    fn interval(&self) -> Option<Duration> {
        self.asked.keys().filter_map(|asked| asked.interval).min()
    }
}
