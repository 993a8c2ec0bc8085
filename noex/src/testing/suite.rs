//! What every adapter has to pass: one function for each rule of the contract.
//!
//! A store that keeps no claims ([`Ownership::Unchecked`]) passes the rules on claims unasked, one whose records end
//! with the process those on reopening.

pub mod claims;
pub mod keys;
pub mod lifetime;
pub mod listing;
pub mod order;
pub mod tests;
pub mod writes;

use std::path::PathBuf;
use std::pin::Pin;

use crate::store::{
    Claimed, Durability, Epoch, Key, NodeId, Ownership, Record, Revision, StorageAdapter, Write,
};
use crate::testing::ScratchDir;

type Opening<A> = Pin<Box<dyn Future<Output = A>>>;

/// The store a rule is tried on.
pub struct Subject<A> {
    dir: ScratchDir,
    open: Box<dyn Fn(PathBuf) -> Opening<A>>,
}

impl<A: StorageAdapter> Subject<A> {
    /// Opens the store: empty the first time, later with what was left in it.
    pub(crate) async fn open(&self) -> A {
        (self.open)(self.dir.path().to_owned()).await
    }

    /// Opens the store if it keeps claims.
    pub(crate) async fn open_claiming(&self) -> Option<A> {
        let store = self.open().await;
        (store.abilities().ownership != Ownership::Unchecked).then_some(store)
    }

    /// Opens the store if its records outlive the process.
    pub(crate) async fn open_lasting(&self) -> Option<A> {
        let store = self.open().await;
        (store.abilities().durability >= Durability::Process).then_some(store)
    }
}

/// Tries one rule on a fresh store, on a runtime of its own.
///
/// # Panics
/// Where the store breaks the rule.
pub fn try_rule<A, O, R>(open: impl Fn(PathBuf) -> O + 'static, rule: impl FnOnce(Subject<A>) -> R)
where
    A: StorageAdapter,
    O: Future<Output = A> + 'static,
    R: Future<Output = ()>,
{
    let dir = ScratchDir::new().expect("a directory for the test");
    let subject = Subject {
        dir,
        open: Box::new(move |dir| Box::pin(open(dir))),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .expect("a runtime for the test")
        .block_on(rule(subject));
}

pub(crate) const NODE: NodeId = NodeId::new(1);
pub(crate) const OTHER: NodeId = NodeId::new(2);

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn record(revision: Revision, bytes: &str) -> Record {
    Record::new(revision, "kind", bytes.as_bytes().to_vec())
}

/// The first record under a key, written without a claim.
pub(crate) fn first(text: &str, bytes: &str) -> Write {
    Write::put(
        key(text),
        None,
        record(Revision::new(Epoch::new(1), 1), bytes),
    )
}

/// The write that follows what a claim found, under that claim.
pub(crate) fn next(text: &str, claimed: &Claimed, bytes: &str) -> Write {
    let known = claimed.record.as_ref().map(|record| record.revision);
    put(text, claimed, known, bytes)
}

/// A write under a claim in place of a known revision.
pub(crate) fn put(text: &str, claimed: &Claimed, known: Option<Revision>, bytes: &str) -> Write {
    let revision = Revision::after(known, claimed.claim.epoch);
    Write::put(key(text), known, record(revision, bytes)).under(claimed.claim)
}

/// The bytes stored under a key, if any.
pub(crate) async fn stored(store: &impl StorageAdapter, text: &str) -> Option<String> {
    let loaded = store
        .load(&key(text))
        .await
        .unwrap_or_else(|error| panic!("{error}"))?;
    Some(String::from_utf8_lossy(&loaded.record.bytes).into_owned())
}

/// Whether a write was refused because of what is stored or who holds it.
pub(crate) fn is_conflict<T>(result: &Result<T, crate::store::StoreError>) -> bool {
    matches!(result, Err(crate::store::StoreError::Conflict { .. }))
}
