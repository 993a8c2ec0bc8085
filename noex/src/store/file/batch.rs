//! What a batch of jobs is about to change, and what has to be put back where that fails.

use std::collections::HashMap;

use super::form::Content;
use crate::store::claims::Claims;
use crate::store::{Claim, Epoch, Holder, Key, Record, StoreError};

/// What was read of a key's file.
pub(super) type Read = Result<Option<Content>, StoreError>;

/// The jobs of one batch so far.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The files as they were before the batch.
    pub(super) read: HashMap<Key, Read>,
    /// What each key is to hold after the batch; none deletes.
    pub(super) staged: HashMap<Key, Option<Record>>,
    /// How many epochs are to be reserved, if any more are.
    pub(super) reserve: Option<i64>,
    /// The claims this batch ended, as they were before.
    ended: Vec<(Key, Option<Holder>)>,
    /// The claims it gave.
    given: Vec<(Key, Claim)>,
    /// The claims that were given back, which is so whatever becomes of the batch.
    given_back: Vec<(Key, Claim)>,
}

/// How a batch ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub(super) failed: HashMap<Key, StoreError>,
    /// Why no more epochs than these could be reserved.
    pub(super) unreserved: Option<(i64, StoreError)>,
}

impl Ended {
    /// Whether what was staged for a key is stored.
    pub(super) fn of(&self, key: &Key) -> Result<(), StoreError> {
        self.failed.get(key).cloned().map_or(Ok(()), Err)
    }

    /// Whether an epoch is reserved.
    pub(super) fn reserves(&self, epoch: Epoch) -> Result<(), StoreError> {
        match &self.unreserved {
            Some((reserved, error)) if epoch.get() > reserved.unsigned_abs() => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

impl Batch {
    /// A batch that begins with these files.
    pub(super) fn new(read: HashMap<Key, Read>) -> Self {
        Self {
            read,
            ..Self::default()
        }
    }

    /// Remembers who holds a key before its claim ends.
    pub(super) fn remember(&mut self, key: &Key, claims: &Claims) {
        self.ended.push((key.clone(), claims.holder(key).cloned()));
    }

    /// Remembers a claim that stands only if the batch does.
    pub(super) fn gave(&mut self, key: &Key, claim: Claim) {
        self.given.push((key.clone(), claim));
    }

    /// Remembers a claim that nobody wants any more.
    pub(super) fn gave_back(&mut self, key: Key, claim: Claim) {
        self.given_back.push((key, claim));
    }

    /// Puts the claims back of what failed.
    pub(super) fn settle(&mut self, ended: &Ended, claims: &mut Claims) {
        for (key, claim) in self.given.drain(..) {
            if ended.reserves(claim.epoch).is_err() {
                claims.release(&key, claim);
            }
        }
        for (key, holder) in self.ended.drain(..).rev() {
            if ended.of(&key).is_err() {
                claims.set_holder(&key, holder);
            }
        }
        for (key, claim) in self.given_back.drain(..) {
            claims.release(&key, claim);
        }
    }
}
