//! A pass under way: batch after batch of loading, looking, and writing what is to be written.

use tokio::time::Instant;

use super::look::{Look, Sight};
use super::pace::Pace;
use super::plan::{Plan, keys};
use super::{Failure, Form, Report};
use crate::persist::{PersistenceError, settle};
use crate::store::{ErasedAdapter, Key, Loaded, Mismatch, Record, StoreError, Write};
use crate::sync;

/// After so many keys in a row for which the store failed it counts as down.
const IN_A_ROW: usize = 16;

/// A pass that has listed its keys.
pub(super) struct Run<'a> {
    plan: Plan<'a>,
    look: Look<'a>,
    keys: Vec<Key>,
    pace: Option<Pace>,
    /// What the store takes at most.
    max_record: Option<usize>,
    report: Report,
    began: Instant,
    /// For how many of the last keys the store has failed.
    in_a_row: usize,
    /// The first key for which it has.
    first_failed: Option<Key>,
}

impl<'a> Run<'a> {
    pub(super) async fn begin(plan: Plan<'a>, look: Look<'a>) -> Result<Self, StoreError> {
        let began = sync::now();
        plan.check_claims()?;
        let keys = keys(plan.store, &plan.prefix, plan.after.as_ref()).await?;
        let report = Report {
            kind: plan.kind.into(),
            version: plan.version,
            keys: count(keys.len()),
            done_up_to: plan.after.clone(),
            ..Report::default()
        };
        Ok(Self {
            pace: Pace::of(plan.rate),
            max_record: plan.store.abilities().max_record,
            plan,
            look,
            keys,
            report,
            began,
            in_a_row: 0,
            first_failed: None,
        })
    }

    pub(super) async fn finish(mut self) -> Result<Report, StoreError> {
        let keys = std::mem::take(&mut self.keys);
        self.tell();
        for batch in keys.chunks(self.plan.together()) {
            self.go_through(batch).await;
            self.tell();
            if self.report.gave_up.is_some() {
                break;
            }
        }
        self.report.took = sync::now().saturating_duration_since(self.began);
        Ok(self.report)
    }

    fn tell(&mut self) {
        if let Some(tell) = &mut self.plan.tell {
            tell(&self.report.progress());
        }
    }

    async fn go_through(&mut self, keys: &[Key]) {
        let mut writes = Vec::new();
        for key in keys {
            writes.extend(self.look_at(key).await);
            if self.report.gave_up.is_some() {
                break;
            }
        }
        self.write(writes).await;
        let failed = self.first_failed.as_ref();
        let done = keys
            .iter()
            .take_while(|key| failed.is_none_or(|failed| *key < failed));
        if let Some(done) = done.last() {
            self.report.done_up_to = Some(done.clone());
        }
    }

    /// What is to be written of the record of `key`.
    async fn look_at(&mut self, key: &Key) -> Option<Write> {
        if let Some(pace) = &mut self.pace {
            pace.wait().await;
        }
        sync::breathe().await;
        self.report.looked_at += 1;
        match self.plan.store.load(key).await {
            Ok(found) => {
                self.in_a_row = 0;
                // It may have been deleted since it was listed.
                found.and_then(|loaded| self.judge(key, &loaded))
            }
            Err(error) => {
                self.store_failed(key, error);
                None
            }
        }
    }

    fn judge(&mut self, key: &Key, loaded: &Loaded) -> Option<Write> {
        match (self.look)(key, &loaded.record) {
            Sight::Current(form) => {
                self.count_form(Some(form));
                None
            }
            Sight::Outdated(form, write) => {
                self.count_form(Some(form));
                self.outdated(loaded, write)
            }
            Sight::Failed(form, failure) => {
                self.count_form(form);
                self.failed(&loaded.record, failure);
                None
            }
        }
    }

    fn count_form(&mut self, form: Option<Form>) {
        if let Some(form) = form {
            *self.report.forms.entry(form).or_default() += 1;
        }
    }

    fn outdated(&mut self, loaded: &Loaded, write: Write) -> Option<Write> {
        if let Err(source) = self.check_size(&write) {
            let key = write.key;
            let failure = PersistenceError::Store { key, source };
            self.report.fail(failure.into(), self.plan.keep);
            return None;
        }
        self.report.outdated += 1;
        if loaded.holder.is_some() {
            self.report.live += 1;
            return None;
        }
        self.plan.migrates.then_some(write)
    }

    /// A rehearsal finds out what the store would not take, too.
    fn check_size(&self, write: &Write) -> Result<(), StoreError> {
        let size = write.record.as_ref().map_or(0, |record| record.bytes.len());
        match self.max_record {
            Some(max) if size > max => Err(StoreError::TooLarge {
                key: write.key.clone(),
                size,
                max,
            }),
            _ => Ok(()),
        }
    }

    fn failed(&mut self, record: &Record, failure: Failure) {
        if let Some(kind) = self.other_kind(record, &failure) {
            *self.report.other_kinds.entry(kind).or_default() += 1;
        } else {
            self.report.fail(failure, self.plan.keep);
        }
    }

    /// Whose the record is, where it need not be of this kind and is not.
    fn other_kind(&self, record: &Record, failure: &Failure) -> Option<String> {
        if !self.plan.prefix.is_empty() {
            return None;
        }
        match failure {
            Failure::Record(PersistenceError::OtherKind { found, .. }) => Some(found.clone()),
            // The store's own copy of the kind, where it has one, is all that is left to go by.
            Failure::Record(
                PersistenceError::Damaged { .. } | PersistenceError::NewerFormat { .. },
            ) => {
                let is_others = !record.kind.is_empty() && *record.kind != *self.plan.kind;
                is_others.then(|| record.kind.to_string())
            }
            _ => None,
        }
    }

    async fn write(&mut self, writes: Vec<Write>) {
        if writes.is_empty() {
            return;
        }
        let answers = self.plan.store.write_all(writes.clone()).await;
        for (write, answer) in writes.iter().zip(answers) {
            match answer {
                Ok(()) => {
                    self.in_a_row = 0;
                    self.report.migrated += 1;
                }
                Err(error) => self.settle(write, error).await,
            }
        }
    }

    /// Finds out what became of a write that the store did not take, or did not say to have taken.
    async fn settle(&mut self, write: &Write, error: StoreError) {
        if let StoreError::Held { .. } = error {
            self.report.live += 1;
            return;
        }
        if is_stored(self.plan.store, write, &error).await {
            self.report.migrated += 1;
            return;
        }
        match error {
            StoreError::Conflict {
                mismatch: Mismatch::Claim { .. },
                ..
            } => self.report.live += 1,
            StoreError::Conflict { .. } => self.report.overtaken += 1,
            error => self.store_failed(&write.key, error),
        }
    }

    fn store_failed(&mut self, key: &Key, source: StoreError) {
        if self.first_failed.as_ref().is_none_or(|first| key < first) {
            self.first_failed = Some(key.clone());
        }
        // A record that is too large says nothing about the next one.
        if !matches!(source, StoreError::TooLarge { .. }) {
            self.in_a_row += 1;
        }
        if matches!(source, StoreError::Closed) || self.in_a_row >= IN_A_ROW {
            self.report.gave_up = Some(source.clone());
        }
        let failed = PersistenceError::Store {
            key: key.clone(),
            source,
        };
        self.report.fail(failed.into(), self.plan.keep);
    }
}

/// Whether the store has done what it did not say it has.
async fn is_stored(store: &dyn ErasedAdapter, write: &Write, error: &StoreError) -> bool {
    let is_unclear = matches!(
        error,
        StoreError::Conflict { .. } | StoreError::Uncertain { .. }
    );
    if !is_unclear {
        return false;
    }
    let found = store.load(&write.key).await;
    let found = found.ok().flatten();
    settle::is_done(found.as_ref().map(|found| &found.record), write)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
