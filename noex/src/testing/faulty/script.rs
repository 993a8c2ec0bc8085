//! What a faulty store is told to do, and what it counted.

use std::collections::{HashMap, VecDeque};

use crate::store::{StoreError, Write};
use crate::testing::Gate;

/// A kind of call to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Call {
    /// [`load`](crate::store::StorageAdapter::load)
    Load,
    /// [`write`](crate::store::StorageAdapter::write), and each write of a batch
    Write,
    /// [`list`](crate::store::StorageAdapter::list)
    List,
    /// [`claim`](crate::store::StorageAdapter::claim)
    Claim,
    /// [`release`](crate::store::StorageAdapter::release)
    Release,
    /// [`close`](crate::store::StorageAdapter::close)
    Close,
}

/// What becomes of a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing is done, and the answer says so.
    Rejected,
    /// Nothing is done, and this is the answer.
    Fails(StoreError),
    /// Nothing is done, and the answer is `Uncertain`.
    Lost,
    /// It is done, and the answer is `Uncertain`.
    AnsweredTooLate,
    /// The answer is `Uncertain`; a write is done when it is delivered.
    Delayed,
    /// It is done and answered; a write is done once more when it is delivered.
    Doubled,
    /// It is done once the gate is open.
    Held(Gate),
    /// It is done, and answered once the gate is open.
    AnswerHeld(Gate),
    /// A loaded record has this byte changed.
    Damaged {
        /// Which byte.
        byte: usize,
    },
    /// A loaded record ends after so many bytes.
    Torn {
        /// How many bytes are left.
        bytes: usize,
    },
}

/// The faults yet to happen, and the writes yet to be delivered.
#[derive(Debug, Default)]
pub(super) struct Script {
    next: HashMap<Call, VecDeque<Fault>>,
    always: HashMap<Call, Fault>,
    pub(super) undelivered: Vec<Write>,
}

impl Script {
    pub(super) fn next(&mut self, call: Call, fault: Fault) {
        self.next.entry(call).or_default().push_back(fault);
    }

    pub(super) fn always(&mut self, call: Call, fault: Fault) {
        self.always.insert(call, fault);
    }

    pub(super) fn heal(&mut self) {
        self.next.clear();
        self.always.clear();
    }

    /// Whether anything is said about calls of the kind.
    pub(super) fn concerns(&self, call: Call) -> bool {
        let next = self
            .next
            .get(&call)
            .is_some_and(|faults| !faults.is_empty());
        next || self.always.contains_key(&call)
    }

    pub(super) fn take(&mut self, call: Call) -> Option<Fault> {
        let next = self.next.get_mut(&call).and_then(VecDeque::pop_front);
        next.or_else(|| self.always.get(&call).cloned())
    }
}

/// How many calls were begun and answered.
#[derive(Debug, Default)]
pub(super) struct Counts {
    begun: HashMap<Call, usize>,
    answered: HashMap<Call, usize>,
    pub(super) bytes: usize,
}

impl Counts {
    pub(super) fn begin(&mut self, call: Call) {
        *self.begun.entry(call).or_default() += 1;
    }

    pub(super) fn answer(&mut self, call: Call) {
        *self.answered.entry(call).or_default() += 1;
    }

    pub(super) fn begun(&self, call: Call) -> usize {
        self.begun.get(&call).copied().unwrap_or_default()
    }

    pub(super) fn answered(&self, call: Call) -> usize {
        self.answered.get(&call).copied().unwrap_or_default()
    }
}
