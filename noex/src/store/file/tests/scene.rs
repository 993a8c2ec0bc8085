//! A store on a simulated disk, and what is known of its records by the answers it gave.

use std::collections::{BTreeMap, BTreeSet};

use super::super::FileAdapter;
use super::super::disk::Turn;
use super::super::disk::simulated::SimulatedDisk;
use super::super::name::Names;
use super::super::options::start;
use crate::store::{
    Claimed, Epoch, Key, Mismatch, NodeId, OpenError, Query, Record, Revision, StorageAdapter,
    StoreError, Write,
};

pub(super) fn open(disk: &SimulatedDisk) -> Result<FileAdapter, OpenError> {
    let names = Names::new("json").expect("an extension");
    start(Box::new(disk.clone()), names, Turn::Now)
}

pub(super) fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

pub(super) fn record(revision: Revision, text: &str) -> Record {
    Record::new(revision, "kind", text.to_owned())
}

pub(super) fn create(text: &str, bytes: &str) -> Write {
    Write::put(
        key(text),
        None,
        record(Revision::new(Epoch::new(1), 1), bytes),
    )
}

pub(super) async fn stored(store: &FileAdapter, text: &str) -> Result<Option<String>, StoreError> {
    let loaded = store.load(&key(text)).await?;
    Ok(loaded.map(|loaded| String::from_utf8_lossy(&loaded.record.bytes).into_owned()))
}

/// What may be stored under each key, by the answers so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Truth {
    possible: BTreeMap<String, BTreeSet<Option<String>>>,
    pub(super) errors: Vec<String>,
    epochs: BTreeSet<u64>,
}

impl Truth {
    /// Puts, replaces or deletes as a server does: it knows what it replaces, and looks when an answer is unclear.
    pub(super) async fn set(&mut self, store: &FileAdapter, text: &str, bytes: Option<&str>) {
        let Ok(found) = self.look(store, text).await else {
            return;
        };
        let known = found.map(|record| record.revision);
        let epoch = known.map_or(Epoch::new(1), |revision| revision.epoch);
        let revision = Revision::after(known, epoch);
        let record = bytes.map(|bytes| record(revision, bytes));
        let write = match record {
            Some(record) => Write::put(key(text), known, record),
            None => Write::delete(key(text), known),
        };
        let result = store.write(write).await;
        self.answered(text, bytes, result);
        drop(self.look(store, text).await);
    }

    /// Writes several keys that are not there yet in one batch.
    pub(super) async fn set_all(&mut self, store: &FileAdapter, texts: &[&str]) {
        let writes = texts.iter().map(|text| create(text, "batch")).collect();
        let results = store.write_all(writes).await;
        for (text, result) in texts.iter().zip(results) {
            self.answered(text, Some("batch"), result);
        }
    }

    /// Starts a server, saves it twice and stops it.
    pub(super) async fn live(&mut self, store: &FileAdapter, text: &str) {
        let Some(claimed) = self.claim(store, text).await else {
            return;
        };
        let mut known = claimed.record.map(|record| record.revision);
        for (bytes, last) in [("one", false), ("two", true)] {
            let revision = Revision::after(known, claimed.claim.epoch);
            let mut write =
                Write::put(key(text), known, record(revision, bytes)).under(claimed.claim);
            write.last = last;
            let result = store.write(write).await;
            self.answered(text, Some(bytes), result);
            match self.look(store, text).await {
                Ok(found) => known = found.map(|record| record.revision),
                Err(_) => break,
            }
        }
        store
            .release(&key(text), claimed.claim)
            .await
            .expect("giving back takes no disk");
    }

    async fn claim(&mut self, store: &FileAdapter, text: &str) -> Option<Claimed> {
        match store.claim(&key(text), NodeId::new(1), "a server").await {
            Ok(claimed) => {
                let epoch = claimed.claim.epoch.get();
                assert!(self.epochs.insert(epoch), "epoch {epoch} was given twice");
                Some(claimed)
            }
            Err(error) => {
                assert!(!error.is_uncertain(), "{error}");
                self.failed(&error);
                None
            }
        }
    }

    /// What is stored, from which the truth is known from then on.
    async fn look(
        &mut self,
        store: &FileAdapter,
        text: &str,
    ) -> Result<Option<Record>, StoreError> {
        let loaded = store
            .load(&key(text))
            .await
            .inspect_err(|error| self.failed(error))?;
        let record = loaded.map(|loaded| loaded.record);
        let found = record
            .as_ref()
            .map(|record| String::from_utf8_lossy(&record.bytes).into_owned());
        self.is(text, found);
        Ok(record)
    }

    /// Whatever is found must have been possible, and nothing else is from now on.
    pub(super) fn is(&mut self, text: &str, found: Option<String>) {
        let possible = self.possible(text);
        assert!(
            possible.contains(&found),
            "{text} is {found:?}, not one of {possible:?}"
        );
        *possible = BTreeSet::from([found]);
    }

    fn answered(&mut self, text: &str, bytes: Option<&str>, result: Result<(), StoreError>) {
        let new = bytes.map(ToOwned::to_owned);
        let possible = self.possible(text);
        match &result {
            Ok(()) => *possible = BTreeSet::from([new]),
            Err(error) if error.is_uncertain() => drop(possible.insert(new)),
            Err(_) => {}
        }
        if let Err(error) = result {
            self.failed(&error);
        }
    }

    fn failed(&mut self, error: &StoreError) {
        let by_revision = matches!(
            error,
            StoreError::Conflict {
                mismatch: Mismatch::Revision { .. },
                ..
            }
        );
        assert!(!by_revision, "what was read is not what is stored: {error}");
        let text = error.to_string();
        assert!(!text.contains("broke off"), "{text}");
        self.errors.push(text);
    }

    fn possible(&mut self, text: &str) -> &mut BTreeSet<Option<String>> {
        let possible = self.possible.entry(text.to_owned());
        possible.or_insert_with(|| BTreeSet::from([None]))
    }

    /// Opens the store again, finds nothing that cannot be, and writes on.
    pub(super) async fn check_and_go_on(&mut self, disk: &SimulatedDisk) {
        let store = open(disk).expect("the disk is whole again");
        let texts: Vec<String> = self.possible.keys().cloned().collect();
        let before = list(&store).await;
        for text in texts {
            let found = stored(&store, &text)
                .await
                .expect("the disk is whole again");
            // A file that stands for nothing is removed when it is read.
            assert!(found.is_none() || before.contains(&key(&text)), "{text}");
            let listed = list(&store).await.contains(&key(&text));
            assert_eq!(listed, found.is_some(), "{text}");
            self.is(&text, found);
            let errors = self.errors.len();
            self.set(&store, &text, Some("afterwards")).await;
            self.live(&store, &text).await;
            assert_eq!(self.errors.len(), errors, "{:?}", self.errors);
        }
        assert!(
            disk.names().iter().all(|name| !name.starts_with(".noex-")),
            "{:?}",
            disk.names()
        );
    }
}

async fn list(store: &FileAdapter) -> Vec<Key> {
    store.list(Query::all()).await.expect("listing works").keys
}

/// Something of everything.
pub(super) async fn workload(store: &FileAdapter, truth: &mut Truth) {
    truth.set(store, "a", Some("1")).await;
    truth.set(store, "a", Some("2")).await;
    truth.set(store, "b", Some("1")).await;
    truth.set_all(store, &["c", "d", "e"]).await;
    truth.set(store, "b", None).await;
    truth.live(store, "f").await;
    truth.set(store, "c", Some("3")).await;
    truth.set(store, "b", Some("again")).await;
    truth.set(store, "d", None).await;
    truth.live(store, "a").await;
}
