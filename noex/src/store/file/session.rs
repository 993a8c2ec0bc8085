//! One batch of jobs: decided one after the other, read and written all at the same time.
//!
//! Whatever depends on a change is answered once that is on the disk. If it fails, its claims are put back.

use std::collections::HashSet;

use super::batch::{Batch, Ended};
use super::commit::{Change, commit};
use super::folder::Folder;
use super::index::Index;
use super::name::Names;
use super::opening::Found;
use super::parallel;
use super::record_files::RecordFiles;
use crate::store::claims::Claims;
use crate::store::disk::epochs::Epochs;
use crate::store::disk::job::{Answer, Job};
use crate::store::disk::writer;
use crate::store::{Claimed, Epoch, Key, Loaded, NodeId, Record, Revision, StoreError, Write};

/// How many files are read at the same time, and how many by one thread before it is worth another one.
const READERS: usize = 8;
const WORTHWHILE: usize = 16;

/// The open directory and all that is known about it.
pub(super) struct Session {
    files: RecordFiles,
    index: Index,
    epochs: Epochs,
    claims: Claims,
    /// Whether what can be read is what is on the disk.
    trusted: bool,
}

/// Answers a job once it is known how its batch ended.
type Deliver = Box<dyn FnOnce(&Ended)>;

impl Session {
    pub(super) fn new(folder: Folder, names: Names, found: Found) -> Self {
        Self {
            files: RecordFiles::new(folder, names),
            index: found.index,
            epochs: Epochs::new(found.epoch),
            claims: Claims::default(),
            trusted: true,
        }
    }

    fn check_trusted(&self) -> Result<(), StoreError> {
        if self.trusted {
            return Ok(());
        }
        let path = self.files.folder().path().display();
        Err(StoreError::rejected(format!(
            "`{path}` failed to sync, and is no longer trusted"
        )))
    }

    /// Reads what the jobs will ask for.
    fn read_ahead(&self, jobs: &[Job]) -> Batch {
        let mut wanted = HashSet::new();
        for job in jobs {
            match job {
                Job::Load { key, .. } | Job::Claim { key, .. } => drop(wanted.insert(key)),
                Job::Write { write, .. } => self.want(write, &mut wanted),
                Job::WriteAll { writes, .. } => {
                    for write in writes {
                        self.want(write, &mut wanted);
                    }
                }
                Job::List { .. } | Job::Release { .. } | Job::Close { .. } => {}
            }
        }
        let wanted: Vec<&Key> = wanted.into_iter().collect();
        let readers = wanted.len().div_ceil(WORTHWHILE).min(READERS);
        let found = parallel::each(&wanted, readers, |key| self.files.read(key));
        Batch::new(wanted.into_iter().cloned().zip(found).collect())
    }

    /// A write needs no more than the revision that is stored.
    fn want<'a>(&self, write: &'a Write, wanted: &mut HashSet<&'a Key>) {
        if self.index.revision(&write.key).is_none() {
            wanted.insert(&write.key);
        }
    }

    fn perform(&mut self, job: Job, batch: &mut Batch) -> Deliver {
        match job {
            Job::Load { key, answer } => {
                let loaded = self.load(&key, batch);
                deliver(answer, loaded, key, batch)
            }
            Job::List { query, answer } => now(answer, Ok(self.index.list(&query))),
            Job::Write { write, answer } => {
                let written = self.write(write, batch);
                Box::new(move |ended| drop(answer.send(stored(written, ended))))
            }
            Job::WriteAll { writes, answer } => {
                let written: Vec<_> = writes
                    .into_iter()
                    .map(|write| self.write(write, batch))
                    .collect();
                Box::new(move |ended| {
                    let results = written.into_iter().map(|written| stored(written, ended));
                    drop(answer.send(Ok(results.collect())));
                })
            }
            Job::Claim {
                key,
                node,
                by,
                answer,
            } => {
                let claimed = self.claim(&key, node, &by, batch);
                deliver_claim(answer, claimed, key)
            }
            Job::Release { key, claim, answer } => {
                self.claims.release(&key, claim);
                batch.gave_back(key, claim);
                now(answer, Ok(()))
            }
            Job::Close { answer } => now(answer, Ok(())),
        }
    }

    /// Answers a job of a batch that was not begun; giving a claim back takes no disk.
    fn refuse(&mut self, job: Job, error: &StoreError) {
        match job {
            Job::Release { key, claim, answer } => {
                self.claims.release(&key, claim);
                drop(answer.send(Ok(())));
            }
            job => job.refuse(error.clone()),
        }
    }

    /// The record of a key at this place in the batch.
    fn current(&mut self, key: &Key, batch: &mut Batch) -> Result<Option<Record>, StoreError> {
        if let Some(staged) = batch.staged.get(key) {
            return Ok(staged.clone());
        }
        let read = match batch.read.get(key) {
            Some(read) => read.clone(),
            None => self.files.read(key),
        };
        let record = read?.map(|content| content.record);
        self.index.stored(key, record.as_ref());
        Ok(record)
    }

    fn revision(&mut self, key: &Key, batch: &mut Batch) -> Result<Option<Revision>, StoreError> {
        let known = self.index.revision(key);
        if known.is_some() && !batch.staged.contains_key(key) {
            return Ok(known);
        }
        let record = self.current(key, batch)?;
        Ok(record.map(|record| record.revision))
    }

    fn load(&mut self, key: &Key, batch: &mut Batch) -> Result<Option<Loaded>, StoreError> {
        let record = self.current(key, batch)?;
        let holder = self.claims.holder(key).cloned();
        Ok(record.map(|record| Loaded::new(record).held_by(holder)))
    }

    /// Stages a write, and gives back its key, by which it is known whether it was stored.
    fn write(&mut self, write: Write, batch: &mut Batch) -> Result<Key, StoreError> {
        let found = self.revision(&write.key, batch)?;
        self.claims.check(&write, found)?;
        if write.ends_claim() {
            batch.remember(&write.key, &self.claims);
        }
        self.claims.settle(&write);
        if found.is_some() || write.record.is_some() {
            batch.staged.insert(write.key.clone(), write.record);
        }
        Ok(write.key)
    }

    fn claim(
        &mut self,
        key: &Key,
        node: NodeId,
        by: &str,
        batch: &mut Batch,
    ) -> Result<Claimed, StoreError> {
        self.claims.check_free(key)?;
        let record = self.current(key, batch)?;
        let stored = record.as_ref().map(|record| record.revision.epoch);
        let epoch = self.next_epoch(stored, batch);
        batch.remember(key, &self.claims);
        let claim = self.claims.claim(key, node, by, epoch)?;
        batch.gave(key, claim);
        Ok(Claimed::new(claim, record))
    }

    fn next_epoch(&mut self, stored: Option<Epoch>, batch: &mut Batch) -> Epoch {
        let (epoch, reserve) = self.epochs.give(stored);
        batch.reserve = reserve.or(batch.reserve);
        epoch
    }

    /// Brings what was staged onto the disk, and what is known of it up to date.
    fn commit(&mut self, batch: &mut Batch, reserved: i64) -> Ended {
        let staged: Vec<_> = batch.staged.drain().collect();
        let mut changes: Vec<Change> = staged
            .iter()
            .map(|(key, record)| self.files.change(key, record.as_ref()))
            .collect();
        changes.extend(batch.reserve.map(|epoch| self.files.reservation(epoch)));
        let committed = commit(self.files.folder(), &changes);
        self.trusted = committed.trusted;
        let mut results = committed.results.into_iter();
        let mut ended = Ended::default();
        for ((key, record), result) in staged.into_iter().zip(&mut results) {
            self.settle(&key, record.as_ref(), &result);
            ended.failed.extend(result.err().map(|error| (key, error)));
        }
        if let Some(Err(error)) = results.next() {
            self.epochs.reserved_only(reserved);
            ended.unreserved = Some((reserved, error.certain()));
        }
        ended
    }

    fn settle(&mut self, key: &Key, record: Option<&Record>, result: &Result<(), StoreError>) {
        match result {
            Ok(()) => self.index.stored(key, record),
            Err(error) if error.is_uncertain() => self.index.found(key.clone()),
            Err(_) => {}
        }
    }
}

impl writer::Session for Session {
    const MAX_BATCH: usize = 1024;

    fn run(&mut self, jobs: Vec<Job>) {
        if let Err(error) = self.check_trusted() {
            return jobs.into_iter().for_each(|job| self.refuse(job, &error));
        }
        let reserved = self.epochs.reserved();
        let mut batch = self.read_ahead(&jobs);
        let deliveries: Vec<Deliver> = jobs
            .into_iter()
            .map(|job| self.perform(job, &mut batch))
            .collect();
        let ended = self.commit(&mut batch, reserved);
        batch.settle(&ended, &mut self.claims);
        for deliver in deliveries {
            deliver(&ended);
        }
    }

    fn close(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Answers at once what depends on no change.
fn now<T>(answer: Answer<T>, outcome: Result<T, StoreError>) -> Deliver {
    drop(answer.send(outcome));
    Box::new(|_| ())
}

/// An answer that holds only if what was staged for its key is stored.
fn deliver<T: 'static>(
    answer: Answer<T>,
    outcome: Result<T, StoreError>,
    key: Key,
    batch: &Batch,
) -> Deliver {
    if outcome.is_err() || !batch.staged.contains_key(&key) {
        return now(answer, outcome);
    }
    Box::new(move |ended| {
        let stands = ended.of(&key).map_err(StoreError::certain);
        drop(answer.send(stands.and(outcome)));
    })
}

/// As `deliver`, for what also depends on the epochs that are reserved.
fn deliver_claim(
    answer: Answer<Claimed>,
    outcome: Result<Claimed, StoreError>,
    key: Key,
) -> Deliver {
    Box::new(move |ended| {
        let stands = |claimed: Claimed| {
            ended.of(&key).map_err(StoreError::certain)?;
            ended.reserves(claimed.claim.epoch)?;
            Ok(claimed)
        };
        drop(answer.send(outcome.and_then(stands)));
    })
}

fn stored(written: Result<Key, StoreError>, ended: &Ended) -> Result<(), StoreError> {
    ended.of(&written?)
}
