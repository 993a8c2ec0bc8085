//! Which keys there are, and what is known of their records, so that listing reads no directory and a save no file.
//!
//! The process has the directory to itself, so what it has read or written is so until it writes again. A key that is
//! not here is looked for on the disk all the same.

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use crate::store::{Cursor, Key, Page, Query, Record, Revision};

/// The keys of a store in their order.
#[derive(Debug, Default)]
pub(super) struct Index {
    keys: BTreeMap<Key, Option<Known>>,
    kinds: HashSet<Arc<str>>,
}

/// What was read or written last.
#[derive(Debug)]
struct Known {
    revision: Revision,
    kind: Arc<str>,
    expires_at: Option<i64>,
}

impl Index {
    /// Notes that a key has a file, of which nothing is known.
    pub(super) fn found(&mut self, key: Key) {
        self.keys.insert(key, None);
    }

    /// Notes what is stored now.
    pub(super) fn stored(&mut self, key: &Key, record: Option<&Record>) {
        let Some(record) = record else {
            self.keys.remove(key);
            return;
        };
        let known = Known {
            revision: record.revision,
            kind: self.kind(&record.kind),
            expires_at: record.expires_at,
        };
        self.keys.insert(key.clone(), Some(known));
    }

    /// The revision of a key, if it is known.
    pub(super) fn revision(&self, key: &Key) -> Option<Revision> {
        let known = self.keys.get(key)?.as_ref()?;
        Some(known.revision)
    }

    /// A page of the keys; those that nothing is known of fit every hint.
    pub(super) fn list(&self, query: &Query) -> Page {
        let mut matching = self
            .keys
            .range::<str, _>((start(query), Bound::Unbounded))
            .take_while(|(key, _)| key.as_str().starts_with(&*query.prefix))
            .filter(|(_, known)| known.as_ref().is_none_or(|known| known.fits(query)))
            .map(|(key, _)| key.clone());
        let keys: Vec<Key> = matching.by_ref().take(query.limit.max(1)).collect();
        let more = matching.next().is_some();
        let last = keys.last().filter(|_| more);
        let next = last.map(|key| Cursor::new(key.as_str()));
        Page::new(keys, next)
    }

    /// One copy of each kind for all of its records.
    fn kind(&mut self, kind: &Arc<str>) -> Arc<str> {
        if let Some(kind) = self.kinds.get(kind) {
            return kind.clone();
        }
        self.kinds.insert(kind.clone());
        kind.clone()
    }
}

impl Known {
    fn fits(&self, query: &Query) -> bool {
        let of_kind = query.kind.as_ref().is_none_or(|kind| *kind == self.kind);
        let expired = |before| self.expires_at.is_some_and(|at| at < before);
        of_kind && query.expires_before.is_none_or(expired)
    }
}

fn start(query: &Query) -> Bound<&str> {
    match &query.after {
        Some(cursor) if cursor.as_str() >= &*query.prefix => Bound::Excluded(cursor.as_str()),
        _ => Bound::Included(&query.prefix),
    }
}
