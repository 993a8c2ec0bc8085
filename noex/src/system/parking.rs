//! Servers that somebody has to look after, in one place for a whole system: families and supervisors park them, an
//! operator lists, mends and retries them.
//!
//! Which crash counts is decided in `patience`, which start can never succeed by the error itself, and what is done to
//! a record in `mending`. Nothing here starts or stops a server.

mod mending;
mod parked;
mod patience;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc as StdArc;

pub use mending::{AdoptError, QuarantineError};
pub use parked::{Cause, Parked};

pub(crate) use parked::Whose;
pub(crate) use patience::Patience;

use self::patience::Crashes;
use super::{Inner, System};
use crate::error::StartError;
use crate::persist::lease::Restoration;
use crate::persist::mend::Judge;
use crate::store::Key;
use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering, lock, now};

/// What is parked in a system, and what may soon be.
#[derive(Default)]
pub(crate) struct Parking {
    /// Whether anything is parked: most of the time nothing is, and every start asks.
    any: AtomicBool,
    places: Mutex<Places>,
}

#[derive(Default)]
struct Places {
    /// Of servers that are not parked yet.
    crashes: HashMap<Whose, Crashes>,
    parked: BTreeMap<Whose, Place>,
}

struct Place {
    parked: Parked,
    means: Means,
}

/// What whoever parks a server leaves for its operator.
#[derive(Default)]
pub(crate) struct Means {
    /// Tells whether the server could be started from an edited record.
    pub(crate) judge: Option<StdArc<Judge>>,
    /// Hears that the server may be started again. Called once, under no lock.
    pub(crate) on_retry: Option<OnRetry>,
}

pub(crate) type OnRetry = Box<dyn FnOnce() + Send>;

/// A crash, as far as it may tell against a record.
pub(crate) struct Crash<'a> {
    /// From what the crashed incarnation was restored.
    pub(crate) restored: Option<Restoration>,
    pub(crate) message: &'a StdArc<str>,
}

impl System {
    /// What is parked, by key: servers that crashed again and again right after they were restored, and those whose
    /// start can never succeed by itself.
    ///
    /// It is remembered as long as the system lives. After a restart of the program each is tried anew.
    #[must_use]
    pub fn parked(&self) -> Vec<Parked> {
        self.inner.parking.list(|_| true)
    }

    /// What is parked under `key`, if anything is.
    #[must_use]
    pub fn parked_at(&self, key: &Key) -> Option<Parked> {
        self.inner.parking.at(key).pop()
    }

    /// Lets whatever is parked under `key` start again: a supervisor does it now, a family at the next call. What is
    /// stored stays as it is. Whether anything was parked there.
    #[expect(
        clippy::must_use_candidate,
        reason = "it is called for what it does, and nothing parked is no mistake"
    )]
    pub fn retry(&self, key: &Key) -> bool {
        self.inner.parking.free_key(key)
    }

    /// The same for one server of [`parked`](Self::parked), also one that is not stored.
    #[expect(
        clippy::must_use_candidate,
        reason = "it is called for what it does, and nothing parked is no mistake"
    )]
    pub fn unpark(&self, parked: &Parked) -> bool {
        self.inner.parking.forget(&parked.whose())
    }
}

impl Inner {
    /// Notes a crash of a server; what is parked, if that was one too many.
    pub(crate) fn note_crash(
        &self,
        whose: Whose,
        crash: &Crash<'_>,
        patience: Patience,
        means: Means,
    ) -> Option<Parked> {
        let since = self.now().wall;
        self.parking
            .note_crash(whose, crash, patience, |whose, cause| Place {
                parked: whose.parked(since, cause),
                means,
            })
    }

    /// Parks a server whose start failed in a way that can never succeed by itself; what is parked, unless it was
    /// before.
    pub(crate) fn park_start(
        &self,
        whose: Whose,
        error: &StartError,
        means: Means,
    ) -> Option<Parked> {
        if !error.is_permanent() {
            return None;
        }
        let cause = Cause::NotStartable {
            error: error.clone(),
        };
        let parked = whose.parked(self.now().wall, cause);
        self.parking.park(whose, Place { parked, means })
    }
}

impl Parking {
    /// What is parked of a server that is not to be started: its start would crash again.
    pub(crate) fn refusal(&self, whose: &Whose) -> Option<Parked> {
        self.find(whose)
            .filter(|parked| matches!(parked.cause, Cause::Crashed { .. }))
    }

    pub(crate) fn find(&self, whose: &Whose) -> Option<Parked> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let places = self.places();
        places.parked.get(whose).map(|place| place.parked.clone())
    }

    /// Those that `pick` picks, by key.
    pub(crate) fn list(&self, pick: impl Fn(&Parked) -> bool) -> Vec<Parked> {
        let places = self.places();
        let parked = places.parked.values().map(|place| &place.parked);
        parked.filter(|parked| pick(parked)).cloned().collect()
    }

    fn at(&self, key: &Key) -> Vec<Parked> {
        let places = self.places();
        let parked = places.at(key).map(|(_, place)| place.parked.clone());
        parked.collect()
    }

    /// Notes that a server has started after all.
    pub(crate) fn note_started(&self, whose: impl FnOnce() -> Whose) {
        if self.any.load(Ordering::Acquire) {
            self.take(|places| places.parked.remove(&whose()).into_iter().collect());
        }
    }

    /// Forgets what is known of a server, and has it tried again if it was parked; whether it was.
    pub(crate) fn forget(&self, whose: &Whose) -> bool {
        self.free(|places| {
            places.crashes.remove(whose);
            places.parked.remove(whose).into_iter().collect()
        })
    }

    /// Forgets what is known of a server that nobody is to try again.
    pub(crate) fn leave(&self, whose: &Whose) {
        let forgotten = self.take(|places| {
            places.crashes.remove(whose);
            places.parked.remove(whose).into_iter().collect()
        });
        // What is left for a retry is not dropped under the lock.
        drop(forgotten);
    }

    /// Forgets what is known of every server that is parked under `key`, and has them tried again; whether there was
    /// one.
    fn free_key(&self, key: &Key) -> bool {
        self.free(|places| {
            let whose: Vec<_> = places.at(key).map(|(whose, _)| whose.clone()).collect();
            whose
                .iter()
                .filter_map(|whose| places.parked.remove(whose))
                .collect()
        })
    }

    /// What judges an edited record of this key; none where nothing is parked under it.
    fn judges(&self, key: &Key) -> Vec<(Parked, StdArc<Judge>)> {
        let places = self.places();
        let judges = places.at(key).filter_map(|(_, place)| {
            let judge = place.means.judge.clone()?;
            Some((place.parked.clone(), judge))
        });
        judges.collect()
    }

    fn note_crash(
        &self,
        whose: Whose,
        crash: &Crash<'_>,
        patience: Patience,
        place: impl FnOnce(&Whose, Cause) -> Place,
    ) -> Option<Parked> {
        let mut places = self.places();
        let known = places.crashes.get(&whose);
        let Some(crashes) = patience.after(known, crash.restored, now(), crash.message) else {
            places.crashes.remove(&whose);
            return None;
        };
        if !patience.is_over(&crashes) {
            places.crashes.insert(whose, crashes);
            return None;
        }
        places.crashes.remove(&whose);
        drop(places);
        let cause = Cause::Crashed {
            revision: crashes.revision,
            crashes: crashes.count,
            message: crashes.message,
        };
        let place = place(&whose, cause);
        self.park(whose, place)
    }

    /// What is parked, unless its server was for the same reason before: then only the reason is brought up to date.
    fn park(&self, whose: Whose, place: Place) -> Option<Parked> {
        let mut parked = place;
        let mut places = self.places();
        self.any.store(true, Ordering::Release);
        let known = places.parked.get(&whose);
        let known = known.filter(|known| known.parked.cause.is_like(&parked.parked.cause));
        let since = known.map(|known| known.parked.since);
        parked.parked.since = since.unwrap_or(parked.parked.since);
        let news = since.is_none().then(|| parked.parked.clone());
        let replaced = places.parked.insert(whose, parked);
        drop(places);
        // What is left for a retry is not dropped under the lock.
        drop(replaced);
        news
    }

    /// Takes out what `pick` picks, and has it tried again; whether there was anything.
    fn free(&self, pick: impl FnOnce(&mut Places) -> Vec<Place>) -> bool {
        let freed = self.take(pick);
        let was_parked = !freed.is_empty();
        for on_retry in freed.into_iter().filter_map(|place| place.means.on_retry) {
            on_retry();
        }
        was_parked
    }

    fn take(&self, pick: impl FnOnce(&mut Places) -> Vec<Place>) -> Vec<Place> {
        let mut places = self.places();
        let taken = pick(&mut places);
        self.any.store(!places.parked.is_empty(), Ordering::Release);
        taken
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        lock(&self.places)
    }
}

impl Places {
    fn at<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = (&'a Whose, &'a Place)> {
        let first = Whose {
            key: Some(key.clone()),
            kind: "",
            name: None,
        };
        let from = self.parked.range(first..);
        from.take_while(move |(whose, _)| whose.key.as_ref() == Some(key))
    }
}
