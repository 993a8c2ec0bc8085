//! The smallest adapter somebody might write.

use std::collections::BTreeMap;
use std::sync::Mutex;

use noex::store::{Key, Loaded, Page, Query, Record, StorageAdapter, StoreError, Write};

#[derive(Default)]
pub(super) struct Smallest(Mutex<BTreeMap<Key, Record>>);

impl StorageAdapter for Smallest {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        Ok(self
            .0
            .lock()
            .expect("no panic")
            .get(key)
            .cloned()
            .map(Loaded::new))
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        let mut records = self.0.lock().expect("no panic");
        let found = records.get(&write.key).map(|record| record.revision);
        if found != write.expected {
            return Err(StoreError::conflict(&write.key, found));
        }
        match write.record {
            Some(record) => records.insert(write.key, record),
            None => records.remove(&write.key),
        };
        Ok(())
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        let records = self.0.lock().expect("no panic");
        let keys = records
            .keys()
            .filter(|key| key.as_str().starts_with(&*query.prefix));
        let after = query.after.as_ref().map_or("", |cursor| cursor.as_str());
        let mut rest = keys.filter(|key| key.as_str() > after);
        let page: Vec<Key> = rest.by_ref().take(query.limit).cloned().collect();
        let last = rest.next().and(page.last());
        let next = last.map(|key| noex::store::Cursor::new(key.as_str()));
        Ok(Page::new(page, next))
    }
}
