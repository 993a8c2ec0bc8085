//! Cloned snapshots: the state as it was is encoded elsewhere, while the server goes on.

use noex::prelude::*;
use noex::store::StorageAdapter;
use noex::testing::{Call, Fault, FaultyAdapter, Gate, TestClock};
use noex::{Checkpoint, CheckpointError, Event, PersistenceError, Spec};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::any_store::AnyStore;
use crate::counter::{clocked, event, pass, record, seconds, text};

/// What is done while a book is encoded.
#[derive(Clone, Default)]
enum Page {
    #[default]
    Plain,
    /// Waits at the gate: encoding takes until the test opens it.
    Slow(Gate),
    /// Fails.
    Torn,
    /// Panics.
    Burning,
}

impl Serialize for Page {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain => {}
            Self::Slow(gate) => tokio::runtime::Handle::current().block_on(gate.pass()),
            Self::Torn => return Err(serde::ser::Error::custom("the page is torn")),
            Self::Burning => panic!("the page burns"),
        }
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Page {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <()>::deserialize(deserializer).map(|()| Self::Plain)
    }
}

#[derive(Protocol)]
enum BookMsg {
    /// Writes a line and answers how many there are.
    #[call(usize)]
    Write { line: &'static str },
    /// Puts a page in, which is encoded in its own way.
    #[call]
    Insert { page: Page },
    #[call(usize)]
    Count,
}

#[derive(Default, GenServer)]
#[genserver(protocol = BookMsg)]
#[persist(interval = "10s", snapshot = "clone", before_persist = Book::before_persist)]
struct Book {
    lines: Vec<String>,
    page: Page,
    #[persist(skip)]
    drafts: Vec<String>,
}

#[handlers(BookMsg)]
impl Book {
    fn write(&mut self, line: &str) -> usize {
        self.drafts.push(line.to_owned());
        self.lines.push(line.to_owned());
        self.lines.len()
    }

    fn insert(&mut self, page: Page) {
        self.page = page;
    }

    fn count(&self) -> usize {
        self.lines.len()
    }
}

impl Book {
    fn before_persist(&self) -> Persist<Stored<Self>> {
        match self.lines.last().map(String::as_str) {
            Some("skip") => Persist::Skip,
            Some("change") => Persist::Changed(Stored::<Self> {
                lines: vec!["changed".to_owned()],
                ..self.to_stored()
            }),
            _ => Persist::AsIs,
        }
    }
}

fn book() -> Spec<Book> {
    Book::spec(Book::default).name("book")
}

fn system(store: impl StorageAdapter) -> System {
    clocked(store, &TestClock::new())
}

/// Asks for a checkpoint without waiting for it.
fn checkpoint(book: &BookClient) -> tokio::task::JoinHandle<Result<Checkpoint, CheckpointError>> {
    let book = book.clone();
    tokio::spawn(async move { book.checkpoint().await })
}

fn lines_in(store: &AnyStore) -> Option<String> {
    let text = text(&record(store, "book")?);
    let (_, lines) = text.split_once("\"state\":{\"lines\":")?;
    Some(lines.split_once(']')?.0.replace(['[', '"'], ""))
}

// P1, P2: what is stored is the state between two messages, while the server goes on with the next ones
#[tokio::test]
async fn a_server_goes_on_while_its_clone_is_encoded() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let book = system.start(book()).await.expect("it starts");
    let gate = Gate::new();
    book.write("one").await.expect("it writes");
    book.insert(Page::Slow(gate.clone()))
        .await
        .expect("it is in");
    let saving = checkpoint(&book);
    gate.has_waiting(1).await;
    assert_eq!(book.write("two").await, Ok(2));
    assert_eq!(book.count().await, Ok(2));
    assert_eq!(lines_in(&store), None, "it is still being encoded");
    gate.open();
    let saved = saving.await.expect("no panic").expect("it is saved");
    assert!(matches!(saved, Checkpoint::Saved(_)), "{saved:?}");
    assert_eq!(lines_in(&store).as_deref(), Some("one"));
    book.checkpoint().await.expect("it is saved");
    assert_eq!(lines_in(&store).as_deref(), Some("one,two"));
}

// P3, P8: while one is being encoded the next waits, and who asks meanwhile shares it
#[tokio::test]
async fn one_clone_is_on_its_way_at_a_time() {
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let book = system.start(book()).await.expect("it starts");
    let gate = Gate::new();
    book.insert(Page::Slow(gate.clone()))
        .await
        .expect("it is in");
    let first = checkpoint(&book);
    gate.has_waiting(1).await;
    book.write("one").await.expect("it writes");
    let opening = async { gate.open() };
    let (second, third, ()) = tokio::join!(book.checkpoint(), book.checkpoint(), opening);
    for saved in [first.await.expect("no panic"), second, third] {
        let saved = saved.expect("it is saved");
        assert!(matches!(saved, Checkpoint::Saved(_)), "{saved:?}");
    }
    assert_eq!(store.writes(), 2);
    assert_eq!(lines_in(store.inner()).as_deref(), Some("one"));
}

// P4, P8: a clone that is what is stored is not written again
#[tokio::test(start_paused = true)]
async fn an_unchanged_clone_is_not_written() {
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let book = system.start(book()).await.expect("it starts");
    book.checkpoint().await.expect("it is saved");
    book.insert(Page::Plain).await.expect("it is the same");
    assert_eq!(
        book.checkpoint().await.expect("it is saved"),
        Checkpoint::Unchanged
    );
    book.insert(Page::Plain).await.expect("it is the same");
    pass(seconds(100)).await;
    assert_eq!(store.writes(), 1);
    let status = book.status().await.expect("it answers");
    assert!(!status.unsaved && !status.degraded, "{status:?}");
}

// P5: the interval saves clones, too
#[tokio::test(start_paused = true)]
async fn a_clone_is_saved_at_the_interval() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let book = system.start(book()).await.expect("it starts");
    book.write("one").await.expect("it writes");
    event(&mut events, |event| {
        matches!(event, Event::Saved { .. }).then_some(())
    })
    .await;
    assert_eq!(lines_in(&store).as_deref(), Some("one"));
}

// H1, H2: `before_persist` says what is cloned, or that nothing is
#[tokio::test(start_paused = true)]
async fn before_persist_speaks_before_the_clone() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let book = system.start(book()).await.expect("it starts");
    book.write("skip").await.expect("it writes");
    assert_eq!(
        book.checkpoint().await.expect("it is heard"),
        Checkpoint::Skipped
    );
    assert_eq!(lines_in(&store), None);
    book.write("change").await.expect("it writes");
    book.checkpoint().await.expect("it is saved");
    assert_eq!(lines_in(&store).as_deref(), Some("changed"));
    assert_eq!(book.count().await, Ok(2), "the live state stays");
}

// P7, P8: a clone that cannot be encoded, or panics, fails the checkpoint, is told, and the server goes on
#[tokio::test]
async fn a_clone_that_cannot_be_encoded_is_told_of() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let book = system.start(book()).await.expect("it starts");
    for (page, said) in [
        (Page::Torn, "the page is torn"),
        (Page::Burning, "the page burns"),
    ] {
        book.insert(page).await.expect("it is in");
        let error = book.checkpoint().await.expect_err("it cannot be saved");
        let CheckpointError::Unsaved { source, .. } = &error else {
            panic!("{error:?}");
        };
        assert!(
            matches!(source, PersistenceError::Encode { .. }),
            "{source:?}"
        );
        assert!(noex::Chain(&error).to_string().contains(said), "{error:?}");
        event(&mut events, |event| {
            matches!(event, Event::SaveFailed { .. }).then_some(())
        })
        .await;
        assert!(book.status().await.expect("it answers").degraded);
    }
    book.insert(Page::Plain).await.expect("it is in");
    book.checkpoint().await.expect("it is saved");
    assert!(!book.status().await.expect("it answers").degraded);
}

// T1, P3: the last save comes after the clone on its way, and has the last state
#[tokio::test]
async fn the_last_save_follows_the_clone_on_its_way() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let book = system.start(book()).await.expect("it starts");
    let gate = Gate::new();
    book.insert(Page::Slow(gate.clone()))
        .await
        .expect("it is in");
    let saving = checkpoint(&book);
    gate.has_waiting(1).await;
    book.insert(Page::Plain).await.expect("it is in");
    book.write("last").await.expect("it writes");
    let stopping = {
        let book = book.clone();
        tokio::spawn(async move { book.stop().await })
    };
    gate.open();
    saving.await.expect("no panic").expect("it is saved");
    stopping.await.expect("no panic").expect("it stops");
    assert_eq!(lines_in(&store).as_deref(), Some("last"));
}

// P7: a clone whose write fails is taken anew once the store is well, with the newer state
#[tokio::test(start_paused = true)]
async fn a_clone_that_was_not_written_is_taken_again() {
    let store = FaultyAdapter::new(AnyStore::new());
    let system = system(store.clone());
    let mut events = system.events();
    let book = system.start(book()).await.expect("it starts");
    store.always(Call::Write, Fault::Rejected);
    book.write("one").await.expect("it writes");
    event(&mut events, |event| {
        matches!(event, Event::SaveFailed { .. }).then_some(())
    })
    .await;
    book.write("two").await.expect("it writes");
    store.heal();
    event(&mut events, |event| {
        matches!(event, Event::Saved { .. }).then_some(())
    })
    .await;
    pass(seconds(11)).await;
    assert_eq!(lines_in(store.inner()).as_deref(), Some("one,two"));
}

// E5: a server whose clone is on its way goes idle once it is saved
#[tokio::test(start_paused = true)]
async fn an_idle_server_goes_once_its_clone_is_saved() {
    let store = AnyStore::new();
    let system = system(store.clone());
    let mut events = system.events();
    let idle = book().idle_timeout(seconds(3));
    let book = system.start(idle).await.expect("it starts");
    book.write("one").await.expect("it writes");
    event(&mut events, |event| {
        matches!(event, Event::Terminated { .. }).then_some(())
    })
    .await;
    assert_eq!(lines_in(&store).as_deref(), Some("one"));
    assert_eq!(book.count().await, Err(CallError::NotRunning));
}
