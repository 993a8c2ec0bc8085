//! The store a test runs on: memory, and where `NOEX_TEST_STORE` says so, a database or files on a disk.
//!
//! `every_store.rs` runs the same tests once more on each of the others.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use noex::store::{
    Abilities, Claim, Claimed, FileAdapter, Key, Loaded, MemoryAdapter, NodeId, Page, Query,
    Record, SqliteAdapter, StorageAdapter, StoreError, Write,
};
use noex::testing::ScratchDir;

/// The variable that names the store.
pub(crate) const CHOICE: &str = "NOEX_TEST_STORE";

/// Whether the tests run on a store that keeps its records on a disk.
pub(crate) fn is_on_disk() -> bool {
    std::env::var(CHOICE).is_ok_and(|store| store != "memory")
}

/// An empty store, which its clones share and nothing closes.
#[derive(Clone)]
pub(crate) struct AnyStore {
    inner: Arc<Inner>,
}

enum Inner {
    Memory(MemoryAdapter),
    Files(
        FileAdapter,
        #[expect(dead_code, reason = "it is gone with the store")] ScratchDir,
    ),
    Sqlite(
        SqliteAdapter,
        #[expect(dead_code, reason = "it is gone with the store")] ScratchDir,
    ),
}

impl AnyStore {
    pub(crate) fn new() -> Self {
        let choice = std::env::var(CHOICE);
        let inner = match choice.as_deref() {
            Err(_) | Ok("memory") => Inner::Memory(MemoryAdapter::new()),
            Ok("files") => {
                let dir = ScratchDir::new().expect("a directory");
                let store = FileAdapter::open(dir.path().join("store"));
                Inner::Files(store.expect("it opens"), dir)
            }
            Ok("sqlite") => {
                let dir = ScratchDir::new().expect("a directory");
                let store = SqliteAdapter::open(dir.path().join("store.db"));
                Inner::Sqlite(store.expect("it opens"), dir)
            }
            Ok(other) => panic!("`{CHOICE}` is `{other}`"),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Every record, by key.
    pub(crate) fn records(&self) -> BTreeMap<Key, Record> {
        let store = self.clone();
        wait(async move {
            let mut records = BTreeMap::new();
            let mut query = Query::all();
            loop {
                let page = store.list(query.clone()).await?;
                for key in page.keys {
                    let loaded = store.load(&key).await?;
                    records.extend(loaded.map(|loaded| (key, loaded.record)));
                }
                let Some(next) = page.next else {
                    return Ok::<_, StoreError>(records);
                };
                query = query.after(next);
            }
        })
        .expect("the store can be read")
    }

    pub(crate) fn len(&self) -> usize {
        self.records().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A store with this content to begin with.
impl FromIterator<(Key, Record)> for AnyStore {
    fn from_iter<I: IntoIterator<Item = (Key, Record)>>(records: I) -> Self {
        let store = Self::new();
        let filled = store.clone();
        let records: Vec<_> = records.into_iter().collect();
        wait(async move {
            for (key, record) in records {
                filled.write(Write::put(key, None, record)).await?;
            }
            Ok::<_, StoreError>(())
        })
        .expect("the store takes it");
        store
    }
}

/// The outcome of `future`, driven to its end elsewhere: a test reads a store without giving way.
fn wait<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            runtime.expect("a runtime").block_on(future)
        });
        waiting.join().expect("no panic")
    })
}

/// Keeps a paused clock where it is: it would run ahead of a thread that is busy with a store.
struct Still {
    _held: std::sync::mpsc::Sender<()>,
}

impl Still {
    fn hold() -> Self {
        let (held, released) = std::sync::mpsc::channel();
        drop(tokio::task::spawn_blocking(move || released.recv()));
        Self { _held: held }
    }
}

macro_rules! ask {
    ($store:expr, $adapter:ident => $call:expr) => {
        match &*$store.inner {
            Inner::Memory($adapter) => $call.await,
            Inner::Files($adapter, _) => {
                let _still = Still::hold();
                $call.await
            }
            Inner::Sqlite($adapter, _) => {
                let _still = Still::hold();
                $call.await
            }
        }
    };
}

impl StorageAdapter for AnyStore {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        ask!(self, adapter => adapter.load(key))
    }

    async fn write(&self, write: Write) -> Result<(), StoreError> {
        ask!(self, adapter => adapter.write(write))
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        ask!(self, adapter => adapter.list(query))
    }

    async fn write_all(&self, writes: Vec<Write>) -> Vec<Result<(), StoreError>> {
        ask!(self, adapter => adapter.write_all(writes))
    }

    async fn claim(&self, key: &Key, node: NodeId, by: &str) -> Result<Claimed, StoreError> {
        ask!(self, adapter => adapter.claim(key, node, by))
    }

    async fn release(&self, key: &Key, claim: Claim) -> Result<(), StoreError> {
        ask!(self, adapter => adapter.release(key, claim))
    }

    fn abilities(&self) -> Abilities {
        match &*self.inner {
            Inner::Memory(adapter) => adapter.abilities(),
            Inner::Files(adapter, _) => adapter.abilities(),
            Inner::Sqlite(adapter, _) => adapter.abilities(),
        }
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyStore").finish_non_exhaustive()
    }
}
