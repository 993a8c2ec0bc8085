//! One key: what its servers did, what is stored of it, and the rules between the two.

use std::collections::{BTreeMap, HashMap, HashSet};

use noex::store::{Revision, Write};
use serde_json::Value;

use super::{Mark, Op};

/// What is known of one key.
#[derive(Default)]
pub(super) struct Book {
    /// The last message of each sender.
    heard: HashMap<u32, u64>,
    /// Every state between two messages there was.
    states: HashSet<Mark>,
    /// The last state of each incarnation.
    last: BTreeMap<u64, Mark>,
    /// Every record there was.
    writes: BTreeMap<Revision, Mark>,
    record: Option<(Revision, Mark)>,
    /// The newest revision that a checkpoint was answered with.
    acknowledged: Option<Revision>,
    epoch: u64,
    /// The incarnation that began last.
    pub(super) newest: u64,
    /// The incarnation that writes under an epoch.
    writers: BTreeMap<u64, u64>,
    pub(super) may_be_deleted: bool,
    pub(super) taken_over: bool,
}

impl Book {
    pub(super) fn record(&self) -> Option<(Revision, Mark)> {
        self.record
    }

    pub(super) fn comes_in_order(&mut self, op: Op) -> bool {
        let before = self.heard.insert(op.by, op.n);
        before.is_none_or(|before| before < op.n)
    }

    pub(super) fn between(&mut self, mark: Mark) {
        self.states.insert(mark);
        self.last.insert(mark.token, mark);
    }

    /// A restored state is what is stored, and no older than what a checkpoint has answered.
    pub(super) fn check_restored(&self, found: Option<Revision>, mark: Mark) -> Result<(), String> {
        if found.is_none() {
            return Ok(());
        }
        if self.record.map(|(revision, _)| revision) != found {
            return Err(format!(
                "is restored from {found:?}, but {:?} is stored",
                self.record
            ));
        }
        if self.record.map(|(_, stored)| stored) != Some(mark) {
            return Err(format!(
                "is restored as {mark:?}, but {:?} is stored",
                self.record
            ));
        }
        self.check_acknowledged()
    }

    fn check_acknowledged(&self) -> Result<(), String> {
        let stored = self.record.map(|(revision, _)| revision);
        match self.acknowledged {
            Some(acknowledged) if stored < Some(acknowledged) => Err(format!(
                "was saved at {acknowledged}, and now {stored:?} is stored"
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn claim(&mut self, epoch: u64) -> Result<(), String> {
        if epoch <= self.epoch {
            return Err(format!("is claimed under {epoch} after {}", self.epoch));
        }
        self.epoch = epoch;
        Ok(())
    }

    /// A write that took effect: of the newest claim and of its one incarnation, newer than what it replaced, and a state
    /// between two messages.
    pub(super) fn write(&mut self, write: &Write) -> Result<(), String> {
        let before = self.record.map(|(revision, _)| revision);
        if write.expected != before {
            return Err(format!(
                "has {before:?} replaced by a write that expects {:?}",
                write.expected
            ));
        }
        let Some(record) = &write.record else {
            return self.delete();
        };
        let mark = mark_of(&record.bytes)?;
        let epoch = record.revision.epoch.get();
        let writer = *self.writers.entry(epoch).or_insert(mark.token);
        let newest = self.record.map_or(0, |(_, mark)| mark.token);
        let is_new = self.writes.insert(record.revision, mark).is_none();
        self.record = Some((record.revision, mark));
        if !is_new || before >= Some(record.revision) {
            return Err(format!("is stored as {} once more", record.revision));
        }
        if epoch != self.epoch {
            return Err(format!(
                "is written under epoch {epoch}, but {} was claimed since",
                self.epoch
            ));
        }
        if writer != mark.token || newest > mark.token {
            return Err(format!(
                "is written by incarnation {} under an epoch of {writer}, after {newest}",
                mark.token
            ));
        }
        if !self.states.contains(&mark) {
            return Err(format!(
                "is stored as {mark:?}, which was never between two messages"
            ));
        }
        self.check_acknowledged()
    }

    fn delete(&mut self) -> Result<(), String> {
        let had = self.record.take();
        self.acknowledged = None;
        if had.is_some() && !self.may_be_deleted {
            return Err(format!("has lost {had:?}, and nobody has asked for that"));
        }
        Ok(())
    }

    /// What a checkpoint answers is stored, and holds what was replied before it was asked for.
    pub(super) fn checkpoint(
        &mut self,
        at: Option<Revision>,
        reply: Option<Mark>,
    ) -> Result<(), String> {
        if self.may_be_deleted {
            return Ok(());
        }
        let saved = match at {
            Some(revision) => self.writes.get(&revision).copied(),
            None => self.record.map(|(_, mark)| mark),
        };
        let Some(saved) = saved else {
            return Err(format!(
                "is told to be saved at {at:?}, which is not stored"
            ));
        };
        self.acknowledged = self.acknowledged.max(at);
        let age = |mark: Mark| (mark.token, mark.seq);
        if reply.is_some_and(|reply| age(reply) > age(saved)) {
            return Err(format!(
                "is told to be saved as {saved:?}, which lacks {reply:?}"
            ));
        }
        self.check_acknowledged()
    }

    pub(super) fn check_saved(&self, token: u64) -> Result<(), String> {
        let last = self.last.get(&token).copied();
        let stored = self.record.map(|(_, mark)| mark);
        if last == stored {
            return Ok(());
        }
        Err(format!(
            "was stopped well as {last:?}, but {:?} is stored",
            self.record
        ))
    }
}

fn mark_of(bytes: &[u8]) -> Result<Mark, String> {
    let record: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let field = |name: &str| {
        let found = record.get("state").and_then(|state| state.get(name));
        let number = found.and_then(Value::as_u64);
        number.ok_or_else(|| format!("is stored without `{name}`"))
    };
    if field("left")? != field("right")? {
        return Err("is stored in the middle of a handler".to_owned());
    }
    Ok(Mark {
        token: field("token")?,
        seq: field("seq")?,
        chain: field("chain")?,
    })
}
