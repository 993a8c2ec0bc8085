//! When a system's store is cleaned up: one janitor for each kind of server that asks for it.

use std::collections::HashMap;
use std::sync::{Arc as StdArc, Weak as StdWeak};
use std::time::Duration;

use tokio::time::Instant;

use super::Inner;
use crate::event::Event;
use crate::persist::age;
use crate::persist::config::PersistConfig;
use crate::persist::expiry::{Believed, Limits, Moment};
use crate::persist::janitor::Round;
use crate::slot::life::after;
use crate::store::Ownership;
use crate::sync::{Arc, Mutex, lock};
use crate::timer::Alarm;

/// The janitors of a system, by the kind of the records they look after.
#[derive(Default)]
pub(crate) struct Janitors {
    by_kind: Mutex<HashMap<StdArc<str>, Janitor>>,
}

/// Who asked for one kind of records to be looked after, and when that is due.
struct Janitor {
    asked: Vec<StdWeak<PersistConfig>>,
    believed: Believed,
    due: Instant,
    alarm: Option<Alarm>,
}

impl Inner {
    /// Sees to it that expired records of this kind are deleted, as long as `config` is in use.
    pub(crate) fn clean_up(self: &Arc<Self>, config: &StdArc<PersistConfig>) {
        let Some(interval) = config.cleanup_interval else {
            return;
        };
        let delay = age::phase(interval, self.random());
        let moment = self.moment();
        let due = after(moment.instant, delay);
        let mut by_kind = lock(&self.janitors.by_kind);
        let janitor = by_kind
            .entry(config.kind.clone())
            .or_insert_with(|| Janitor::new(moment));
        janitor.note(config);
        if janitor.alarm.is_none() || due < janitor.due {
            janitor.due = due;
            janitor.alarm = Some(self.look_after(&config.kind, due));
        }
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
        let ownership = self.store()?.adapter.abilities().ownership;
        let moment = self.moment();
        let mut by_kind = lock(&self.janitors.by_kind);
        let janitor = by_kind.get_mut(kind)?;
        let Some(limits) = janitor.limits(ownership) else {
            by_kind.remove(kind);
            return None;
        };
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
        match janitor.interval() {
            Some(interval) => {
                janitor.due = after(now, interval);
                janitor.alarm = Some(self.look_after(kind, janitor.due));
            }
            None => drop(by_kind.remove(kind)),
        }
    }

    fn moment(&self) -> Moment {
        let now = self.now();
        Moment {
            wall: now.wall,
            instant: now.instant,
        }
    }
}

impl Janitor {
    fn new(moment: Moment) -> Self {
        Self {
            asked: Vec::new(),
            believed: Believed::since(moment),
            due: moment.instant,
            alarm: None,
        }
    }

    fn note(&mut self, config: &StdArc<PersistConfig>) {
        if self.asked.len() == self.asked.capacity() {
            self.asked.retain(|asked| asked.strong_count() > 0);
        }
        self.asked.push(StdArc::downgrade(config));
    }

    fn asked(&self) -> impl Iterator<Item = StdArc<PersistConfig>> {
        self.asked.iter().filter_map(StdWeak::upgrade)
    }

    /// What all who asked allow; none where nobody does any more.
    fn limits(&self, ownership: Ownership) -> Option<Limits> {
        let limits = self.asked().map(|config| config.cleanup_limits(ownership));
        limits.reduce(Limits::looser)
    }

    fn interval(&self) -> Option<Duration> {
        self.asked()
            .filter_map(|config| config.cleanup_interval)
            .min()
    }
}
