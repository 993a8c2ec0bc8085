//! The book of one thing, an order or a session: every change that was asked for, when it was answered, and what had to be
//! stored by then.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::trade::Trade;

/// What is known of one thing.
#[derive(Debug)]
pub(crate) struct Book<T: Trade> {
    pub(crate) id: String,
    /// Whether its creation was answered: from then on it is stored.
    pub(crate) is_created: bool,
    /// What it was when it was last read from the store.
    base: T,
    /// What was done to it since, one after the other.
    entries: Vec<Entry<T::Change>>,
    /// How many of these have to be stored, because an answer said so.
    kept: usize,
    /// Whether a request that saves is without an answer.
    pub(crate) is_saving: bool,
}

#[derive(Debug)]
struct Entry<C> {
    change: C,
    answered: Option<Instant>,
}

/// When the service went, and how much of what was answered before may be lost with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    at: Instant,
    /// What was answered longer before is stored; `None` after a clean stop, when everything is.
    may_lose: Option<Duration>,
}

/// What a restart has left of one thing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Left {
    /// Changes that were stored although no answer promised it.
    pub(crate) saved_by_interval: u64,
    /// Answered changes that are gone, and the age of the oldest when the service went.
    pub(crate) lost: u64,
    pub(crate) oldest_lost: Duration,
    /// Changes that had to be there by their age alone.
    pub(crate) due: u64,
}

impl End {
    /// After a stop that said it saved everything.
    pub(crate) fn clean(at: Instant) -> Self {
        let may_lose = None;
        Self { at, may_lose }
    }

    /// After a kill, which may cost what was answered in so long a time before it.
    pub(crate) fn sudden(at: Instant, may_lose: Duration) -> Self {
        let may_lose = Some(may_lose);
        Self { at, may_lose }
    }
}

impl<T: Trade> Book<T> {
    pub(crate) fn new(id: String, base: T) -> Self {
        Self {
            id,
            is_created: false,
            base,
            entries: Vec::new(),
            kept: 0,
            is_saving: false,
        }
    }

    /// The thing after every change.
    pub(crate) fn state(&self) -> T {
        self.states().last().unwrap_or_default()
    }

    pub(crate) fn ask(&mut self, change: T::Change) {
        let answered = None;
        self.entries.push(Entry { change, answered });
    }

    pub(crate) fn answered(&mut self) {
        if let Some(entry) = self.entries.last_mut() {
            entry.answered = Some(Instant::now());
        }
    }

    /// An answer said that everything so far is stored.
    pub(crate) fn keep(&mut self) {
        self.kept = self.entries.len();
        self.is_saving = false;
    }

    /// Compares the thing as it was found after a restart, and goes on from there.
    ///
    /// What is found has to be the thing after some of its changes, in their order and without a gap.
    pub(crate) fn compare(&mut self, found: T, end: End) -> Result<Left, String> {
        let Some(there) = self.matching(&found) else {
            return Err(format!(
                "{found:?} is it after none of its changes: {self:?}"
            ));
        };
        let due = self
            .entries
            .iter()
            .take_while(|entry| entry.is_due(end))
            .count();
        if there < self.kept {
            return Err(format!(
                "a stored change is missing, {there} are there: {self:?}"
            ));
        }
        if there < due {
            return Err(format!(
                "a change is lost that was old enough, {there} are there, {due} are due: {self:?}"
            ));
        }
        let left = self.left(there, due, end);
        *self = Self {
            is_created: true,
            ..Self::new(std::mem::take(&mut self.id), found)
        };
        Ok(left)
    }

    fn left(&self, there: usize, due: usize, end: End) -> Left {
        let lost = self
            .entries
            .iter()
            .skip(there)
            .filter_map(|entry| entry.answered);
        let oldest = lost
            .clone()
            .min()
            .map(|answered| end.at.saturating_duration_since(answered));
        let saved = if self.is_saving { 0 } else { there - self.kept };
        Left {
            saved_by_interval: count(saved),
            lost: count(lost.count()),
            oldest_lost: oldest.unwrap_or_default(),
            due: count(due),
        }
    }

    /// After how many changes the thing is as it was found; the latest, where there are several.
    fn matching(&self, found: &T) -> Option<usize> {
        let states = self.states().enumerate();
        states
            .filter(|(_, state)| state == found)
            .map(|(at, _)| at)
            .last()
    }

    /// The thing before the first change, after it, after the second ..
    fn states(&self) -> impl Iterator<Item = T> {
        let rest = self.entries.iter().scan(self.base.clone(), |state, entry| {
            *state = std::mem::take(state).after(&entry.change);
            Some(state.clone())
        });
        std::iter::once(self.base.clone()).chain(rest)
    }
}

impl<C> Entry<C> {
    fn is_due(&self, end: End) -> bool {
        let Some(answered) = self.answered else {
            return false;
        };
        end.may_lose
            .is_none_or(|may_lose| answered + may_lose < end.at)
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
