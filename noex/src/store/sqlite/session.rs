//! One batch of jobs in one transaction.
//!
//! Nothing is answered before the commit. If it fails, the claims are put back, and what was written is uncertain.

use std::mem;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use super::schema::{self, Target};
use super::table::Table;
use super::whole;
use crate::store::claims::Claims;
use crate::store::disk::epochs::Epochs;
use crate::store::disk::job::{Answer, Job};
use crate::store::disk::writer;
use crate::store::{
    Claim, Claimed, Epoch, Holder, Key, Loaded, NodeId, OpenError, StoreError, Write,
};

/// The open database and all that is known about it.
pub(super) struct Session {
    connection: Option<Connection>,
    target: Target,
    table: Table,
    epochs: Epochs,
    claims: Claims,
    max_record: usize,
    /// The claims this batch changed, as they were before.
    undo: Vec<(Key, Option<Holder>)>,
    /// The claims that were given back in this batch, which is so whatever becomes of its transaction.
    given_back: Vec<(Key, Claim)>,
}

/// Answers a job once it is known how its transaction ended: `Rejected` before its commit, `Uncertain` in it.
type Deliver = Box<dyn FnOnce(&Result<(), StoreError>)>;

impl Session {
    pub(super) fn new(
        connection: Connection,
        target: Target,
        max_record: usize,
    ) -> Result<Self, OpenError> {
        let reserved = schema::meta(&connection, &target.table, "epoch");
        let epochs = Epochs::new(reserved.map_err(|error| schema::explain(&target, error))?);
        let table = Table::new(&target.table);
        let (claims, undo) = (Claims::default(), Vec::new());
        Ok(Self {
            connection: Some(connection),
            target,
            table,
            epochs,
            claims,
            max_record,
            undo,
            given_back: Vec::new(),
        })
    }

    fn begin(&mut self, writes: bool) -> Result<(), StoreError> {
        let statement = if writes { "BEGIN IMMEDIATE" } else { "BEGIN" };
        self.connection()?
            .execute_batch(statement)
            .map_err(StoreError::rejected)
    }

    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or_else(|| {
            let path = self.target.name().display();
            StoreError::rejected(format!("`{path}` failed to sync, and is no longer trusted"))
        })
    }

    /// The connection in the transaction of the batch, which SQLite itself may have rolled back: what it did after that
    /// would be stored, though the batch was not.
    fn transaction(&self) -> Result<&Connection, StoreError> {
        let connection = self.connection()?;
        if connection.is_autocommit() {
            return Err(StoreError::rejected("SQLite rolled the transaction back"));
        }
        Ok(connection)
    }

    fn perform(&mut self, job: Job) -> Deliver {
        match job {
            Job::Load { key, answer } => deliver(answer, self.load(&key)),
            Job::List { query, answer } => {
                let page = self
                    .transaction()
                    .and_then(|open| self.table.list(open, &query));
                deliver(answer, page)
            }
            Job::Write { write, answer } => deliver_write(answer, self.write(&write)),
            Job::WriteAll { writes, answer } => {
                let results = writes.iter().map(|write| self.write(write)).collect();
                deliver_write(answer, Ok(results))
            }
            Job::Claim {
                key,
                node,
                by,
                answer,
            } => deliver(answer, self.claim(&key, node, &by)),
            Job::Release { key, claim, answer } => {
                self.claims.release(&key, claim);
                self.given_back.push((key, claim));
                Box::new(|_| drop(answer.send(Ok(()))))
            }
            Job::Close { answer } => deliver(answer, Ok(())),
        }
    }

    /// Answers a job of a batch that was not begun; giving a claim back takes no database.
    fn refuse(&mut self, job: Job, error: &StoreError) {
        match job {
            Job::Release { key, claim, answer } => {
                self.claims.release(&key, claim);
                drop(answer.send(Ok(())));
            }
            job => job.refuse(error.clone()),
        }
    }

    fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        let record = self.table.load(self.transaction()?, key)?;
        let holder = self.claims.holder(key).cloned();
        Ok(record.map(|record| Loaded::new(record).held_by(holder)))
    }

    fn write(&mut self, write: &Write) -> Result<(), StoreError> {
        self.check_size(write)?;
        let found = self.table.find(self.transaction()?, &write.key)?;
        self.claims
            .check(write, found.as_ref().map(|found| found.revision))?;
        let record = write.record.as_ref();
        self.table
            .put(self.transaction()?, &write.key, found.as_ref(), record)?;
        if write.ends_claim() {
            self.remember(&write.key);
        }
        self.claims.settle(write);
        Ok(())
    }

    fn check_size(&self, write: &Write) -> Result<(), StoreError> {
        let size = write.record.as_ref().map_or(0, |record| record.bytes.len());
        if size <= self.max_record {
            return Ok(());
        }
        Err(StoreError::TooLarge {
            key: write.key.clone(),
            size,
            max: self.max_record,
        })
    }

    fn claim(&mut self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        self.claims.check_free(key)?;
        let record = self.table.load(self.transaction()?, key)?;
        let stored = record.as_ref().map(|record| record.revision.epoch);
        let epoch = self.next_epoch(stored)?;
        self.remember(key);
        let claim = self.claims.claim(key, node, by, epoch)?;
        Ok(Claimed::new(claim, record))
    }

    fn next_epoch(&mut self, stored: Option<Epoch>) -> Result<Epoch, StoreError> {
        let reserved = self.epochs.reserved();
        let (epoch, reserve) = self.epochs.give(stored);
        let Some(reserve) = reserve else {
            return Ok(epoch);
        };
        let written = self
            .transaction()
            .and_then(|open| self.table.reserve(open, reserve));
        if written.is_err() {
            self.epochs.reserved_only(reserved);
        }
        written.map(|()| epoch)
    }

    fn remember(&mut self, key: &Key) {
        self.undo
            .push((key.clone(), self.claims.holder(key).cloned()));
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let connection = self.transaction()?;
        let Err(error) = connection.execute_batch("COMMIT") else {
            return Ok(());
        };
        drop(connection.execute_batch("ROLLBACK"));
        if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            self.reopen();
        }
        Err(StoreError::uncertain(error))
    }

    fn settle(&mut self, reserved: i64, committed: bool) {
        let (undo, given_back) = (mem::take(&mut self.undo), mem::take(&mut self.given_back));
        if committed {
            return;
        }
        self.epochs.reserved_only(reserved);
        for (key, holder) in undo.into_iter().rev() {
            self.claims.set_holder(&key, holder);
        }
        for (key, claim) in given_back {
            self.claims.release(&key, claim);
        }
    }

    /// After a failed sync the kernel takes the pages for clean, so the old descriptors would only pretend to sync
    /// again. A new connection reads the log, checksums and all, and writes it anew into the database; if that fails,
    /// too, the store stays shut.
    fn reopen(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
            drop(connection);
        }
        let reopened = schema::open(&self.target).ok();
        self.connection = reopened.filter(|open| whole::write_back(open).is_ok_and(|whole| whole));
    }
}

impl writer::Session for Session {
    const MAX_BATCH: usize = 4096;

    /// Does the jobs in order, in one transaction, and answers them.
    fn run(&mut self, jobs: Vec<Job>) {
        let reserved = self.epochs.reserved();
        if let Err(error) = self.begin(jobs.iter().any(Job::writes)) {
            return jobs.into_iter().for_each(|job| self.refuse(job, &error));
        }
        let deliveries: Vec<Deliver> = jobs.into_iter().map(|job| self.perform(job)).collect();
        let ended = self.commit();
        self.settle(reserved, ended.is_ok());
        for deliver in deliveries {
            deliver(&ended);
        }
    }

    /// Writes the log back into the database and lets go of it.
    fn close(&mut self) -> Result<(), StoreError> {
        let Some(connection) = self.connection.take() else {
            return Ok(());
        };
        connection
            .close()
            .map_err(|(_, error)| StoreError::uncertain(error))
    }
}

/// An answer that holds only if the transaction does.
fn deliver<T: 'static>(answer: Answer<T>, outcome: Result<T, StoreError>) -> Deliver {
    Box::new(move |ended| {
        let outcome = match ended {
            Ok(()) => outcome,
            Err(error) => Err(error.clone().certain()),
        };
        drop(answer.send(outcome));
    })
}

/// As `deliver`, for what may have reached the disk if it was the commit that failed.
fn deliver_write<T: 'static>(answer: Answer<T>, outcome: Result<T, StoreError>) -> Deliver {
    Box::new(move |ended| {
        let outcome = match ended {
            Ok(()) => outcome,
            Err(error) => Err(error.clone()),
        };
        drop(answer.send(outcome));
    })
}

#[cfg(test)]
mod tests;
