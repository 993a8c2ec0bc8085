//! What a pass is to do, and to which keys.

use std::fmt;
use std::sync::Arc;

use super::Progress;
use crate::persist::quarantine;
use crate::store::{ErasedAdapter, Key, Ownership, Page, Query, StorageAdapter, StoreError};

/// The most records that are written together.
const TOGETHER: usize = 64;

/// What a pass is to do.
pub(super) struct Plan<'a> {
    pub(super) store: &'a dyn ErasedAdapter,
    pub(super) kind: &'static str,
    pub(super) version: u32,
    pub(super) migrates: bool,
    pub(super) prefix: Arc<str>,
    pub(super) after: Option<Key>,
    pub(super) rate: u32,
    pub(super) keep: usize,
    pub(super) nothing_runs: bool,
    pub(super) tell: Option<Tell<'a>>,
}

type Tell<'a> = Box<dyn FnMut(&Progress) + Send + 'a>;

impl<'a> Plan<'a> {
    pub(super) fn new(
        store: &'a impl StorageAdapter,
        kind: &'static str,
        version: u32,
        migrates: bool,
    ) -> Self {
        Self {
            store,
            kind,
            version,
            migrates,
            prefix: "".into(),
            after: None,
            rate: 0,
            keep: 100,
            nothing_runs: false,
            tell: None,
        }
    }

    /// Where live servers cannot be told from others, nothing is written unasked.
    pub(super) fn check_claims(&self) -> Result<(), StoreError> {
        let is_unchecked = self.store.abilities().ownership == Ownership::Unchecked;
        if self.migrates && is_unchecked && !self.nothing_runs {
            return Err(StoreError::rejected(
                "the store keeps no claims, so what live servers hold cannot be left to them; when nothing runs, say `while_nothing_runs()`",
            ));
        }
        Ok(())
    }

    /// A batch is never slower than a second, so that progress is told and writes follow their loads.
    pub(super) fn together(&self) -> usize {
        let rate = usize::try_from(self.rate).unwrap_or(TOGETHER);
        if rate == 0 {
            TOGETHER
        } else {
            rate.min(TOGETHER)
        }
    }
}

/// The keys to look at, in their order, whatever that of the store.
pub(super) async fn keys(
    store: &dyn ErasedAdapter,
    prefix: &Arc<str>,
    after: Option<&Key>,
) -> Result<Vec<Key>, StoreError> {
    // Without the hint of a kind: a type that was renamed by mistake has to be seen, not passed over.
    let mut query = Query::prefix(prefix.clone());
    let mut keys = Vec::new();
    loop {
        let Page {
            keys: mut page,
            next,
            ..
        } = store.list(query.clone()).await?;
        page.retain(|key| !quarantine::is_copy(key.as_str()) && Some(key) > after);
        keys.append(&mut page);
        let Some(cursor) = next else { break };
        query = query.after(cursor);
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

impl fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("kind", &self.kind)
            .field("migrates", &self.migrates)
            .field("prefix", &self.prefix)
            .field("after", &self.after)
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}
