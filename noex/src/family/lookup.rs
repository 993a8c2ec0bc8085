//! Looking into a family's store: which keys there are, what is stored under one, starting and deleting it.

use std::sync::Arc as StdArc;

use super::{DeleteError, Family, FamilyInner};
use crate::error::StartError;
use crate::persist::PersistenceError;
use crate::persist::record::{RecordMeta, unseal};
use crate::server::GenServer;
use crate::slot::send::wait_for;
use crate::store::{Cursor, Key, Page, Query, StoreError};
use crate::sync::Arc;

/// The keys of a family as its store has them, page by page.
pub struct Keys<'a, S: GenServer> {
    family: &'a FamilyInner<S>,
    next: Next,
}

#[derive(Clone, Debug)]
enum Next {
    First,
    After(Cursor),
    Nothing,
}

/// Some keys of a family, without its prefix, in the store's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyPage {
    /// The keys.
    pub keys: Vec<String>,
}

impl<S: GenServer> Family<S> {
    /// The stored keys, page by page; those of expired records, too, until they are deleted or replaced.
    #[must_use]
    pub fn keys(&self) -> Keys<'_, S> {
        Keys {
            family: &self.inner,
            next: Next::First,
        }
    }

    /// What is stored under `key`, without starting its server; it may be older than the live state, and have expired
    /// (its `expires_at` has passed).
    ///
    /// # Errors
    ///
    /// The store failed, or the record cannot be trusted.
    pub async fn peek(
        &self,
        key: &(impl std::fmt::Display + ?Sized),
    ) -> Result<Option<RecordMeta>, PersistenceError> {
        self.inner.peek(&key.to_string()).await
    }

    /// Starts a server for every stored key, as many at once as restores are allowed; how many are live.
    ///
    /// # Errors
    ///
    /// The keys could not be listed, or one of the servers did not start: the first failure is returned, and the keys of
    /// the pages after it are not begun. Servers that were begun go on. To hear of each failure, go through
    /// [`keys`](Self::keys) and call each, as the guide's page [`versions`](crate::guide::versions) does.
    pub async fn start_stored(&self) -> Result<usize, StartError> {
        let mut keys = self.keys();
        while let Some(page) = keys
            .next_page()
            .await
            .map_err(|source| self.inner.not_listed(source))?
        {
            self.inner.start_page(page).await?;
        }
        Ok(self.live())
    }
}

impl<S: GenServer> Keys<'_, S> {
    /// The next page; none after the last.
    ///
    /// # Errors
    ///
    /// The store could not be listed.
    pub async fn next_page(&mut self) -> Result<Option<KeyPage>, StoreError> {
        let query = Query::prefix(self.family.keys.prefix());
        let query = match &self.next {
            Next::First => query,
            Next::After(cursor) => query.after(cursor.clone()),
            Next::Nothing => return Ok(None),
        };
        let Some(persisting) = &self.family.settings.persisting else {
            return Ok(None);
        };
        let Page { keys, next, .. } = persisting.store.adapter.list(query).await?;
        self.next = next.map_or(Next::Nothing, Next::After);
        let keys = keys.iter().filter_map(|key| self.family.keys.name_of(key));
        Ok(Some(KeyPage {
            keys: keys.map(str::to_owned).collect(),
        }))
    }

    /// Every key that is left.
    ///
    /// # Errors
    ///
    /// The store could not be listed.
    pub async fn all(mut self) -> Result<Vec<String>, StoreError> {
        let mut all = Vec::new();
        while let Some(page) = self.next_page().await? {
            all.extend(page.keys);
        }
        Ok(all)
    }
}

impl<S: GenServer> FamilyInner<S> {
    pub(super) fn is_live(&self, slot: &Arc<crate::slot::Slot<S>>) -> bool {
        let Some(name) = &slot.name else { return false };
        self.live()
            .get(name)
            .is_some_and(|live| Arc::ptr_eq(live, slot))
    }

    fn not_listed(&self, source: StoreError) -> StartError {
        let Ok(key) = Key::new(self.keys.prefix()) else {
            return StartError::NotRunning;
        };
        StartError::Restore {
            source: PersistenceError::Store { key, source },
        }
    }

    async fn start_page(&self, page: KeyPage) -> Result<(), StartError> {
        let names = page.keys.into_iter().map(StdArc::from);
        let names = names.filter(|name: &StdArc<str>| !self.is_refused(name));
        let starts = names
            .map(|name| Ok(self.activate(&name)?.life().when_started()))
            .collect::<Result<Vec<_>, StartError>>()?;
        for started in starts {
            match wait_for(&started).await {
                // Deleted since it was listed.
                Ok(Ok(()) | Err(StartError::NotStored { .. })) => {}
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(StartError::NotRunning),
            }
        }
        Ok(())
    }

    async fn peek(&self, name: &str) -> Result<Option<RecordMeta>, PersistenceError> {
        let Some(persisting) = &self.settings.persisting else {
            return Ok(None);
        };
        let Ok(key) = self.keys.key(name) else {
            return Ok(None);
        };
        let failed = |source| PersistenceError::Store {
            key: key.clone(),
            source,
        };
        let Some(loaded) = persisting.store.adapter.load(&key).await.map_err(failed)? else {
            return Ok(None);
        };
        let unsealed = unseal(&loaded.record.bytes, &key);
        unsealed
            .map(|unsealed| Some(unsealed.meta))
            .map_err(|error| PersistenceError::record(key.clone(), error))
    }

    pub(super) async fn delete_stored(&self, name: &StdArc<str>) -> Result<bool, DeleteError> {
        let Some(persisting) = &self.settings.persisting else {
            return Ok(false);
        };
        let key = self
            .keys
            .key(name)
            .map_err(|source| DeleteError::InvalidKey {
                name: name.clone(),
                source,
            })?;
        let was_stored = persisting.store.delete_stored(&key).await?;
        self.unpark(name);
        Ok(was_stored)
    }
}

impl<S: GenServer> std::fmt::Debug for Keys<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("family", &self.family.name)
            .field("next", &self.next)
            .finish()
    }
}
