//! Records and claims in memory, without a lock: what the stores in memory have in common.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::claims::Claims;
use super::{
    Claim, Claimed, Cursor, Epoch, Key, Loaded, NodeId, Page, Query, Record, StoreError, Write,
};

/// The content of a store in memory.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    records: BTreeMap<Key, Record>,
    claims: Claims,
    // One counter for the whole store, so that a key which was deleted cannot get an old epoch again.
    last_epoch: Epoch,
}

impl Shelf {
    pub(crate) const fn records(&self) -> &BTreeMap<Key, Record> {
        &self.records
    }

    pub(crate) fn load(&self, key: &Key) -> Option<Loaded> {
        let record = self.records.get(key)?.clone();
        Some(Loaded::new(record).held_by(self.claims.holder(key).cloned()))
    }

    pub(crate) fn write(&mut self, write: Write) -> Result<(), StoreError> {
        let found = self.records.get(&write.key).map(|record| record.revision);
        self.claims.check(&write, found)?;
        self.claims.settle(&write);
        match write.record {
            Some(record) => self.records.insert(write.key, record),
            None => self.records.remove(&write.key),
        };
        Ok(())
    }

    pub(crate) fn list(&self, query: &Query) -> Page {
        let mut matching = self
            .records
            .range::<str, _>((start(query), Bound::Unbounded))
            .take_while(|(key, _)| key.as_str().starts_with(&*query.prefix))
            .filter(|(_, record)| matches(record, query))
            .map(|(key, _)| key.clone());
        let keys: Vec<Key> = matching.by_ref().take(query.limit.max(1)).collect();
        let more = matching.next().is_some();
        let next = keys
            .last()
            .filter(|_| more)
            .map(|key| Cursor::new(key.as_str()));
        Page::new(keys, next)
    }

    pub(crate) fn claim(
        &mut self,
        key: &Key,
        node: NodeId,
        by: &str,
    ) -> Result<Claimed, StoreError> {
        let claim = self.claims.claim(key, node, by, self.last_epoch.next())?;
        self.last_epoch = claim.epoch;
        Ok(Claimed::new(claim, self.records.get(key).cloned()))
    }

    pub(crate) fn release(&mut self, key: &Key, claim: Claim) {
        self.claims.release(key, claim);
    }

    #[cfg(feature = "testing")]
    pub(crate) fn take_over(&mut self, key: &Key, node: NodeId, by: &str) -> Claimed {
        let claim = Claim::new(node, self.last_epoch.next());
        self.last_epoch = claim.epoch;
        self.claims
            .set_holder(key, Some(super::Holder::new(claim, by)));
        Claimed::new(claim, self.records.get(key).cloned())
    }

    #[cfg(feature = "testing")]
    pub(crate) fn end_claim(&mut self, key: &Key) {
        self.claims.set_holder(key, None);
    }

    #[cfg(feature = "testing")]
    pub(crate) fn holder(&self, key: &Key) -> Option<super::Holder> {
        self.claims.holder(key).cloned()
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.claims.clear();
    }
}

impl FromIterator<(Key, Record)> for Shelf {
    fn from_iter<I: IntoIterator<Item = (Key, Record)>>(records: I) -> Self {
        let records: BTreeMap<Key, Record> = records.into_iter().collect();
        let epochs = records.values().map(|record| record.revision.epoch);
        let last_epoch = epochs.max().unwrap_or_default();
        Self {
            records,
            claims: Claims::default(),
            last_epoch,
        }
    }
}

fn start(query: &Query) -> Bound<&str> {
    match &query.after {
        Some(cursor) => Bound::Excluded(cursor.as_str()),
        None => Bound::Included(&query.prefix),
    }
}

fn matches(record: &Record, query: &Query) -> bool {
    let of_kind = query.kind.as_ref().is_none_or(|kind| *kind == record.kind);
    let expired = |before| record.expires_at.is_some_and(|at| at < before);
    of_kind && query.expires_before.is_none_or(expired)
}
