//! What a child of a dynamic supervisor takes in memory: while it runs, and for a moment while it starts.

use noex::prelude::*;

use crate::{alone, ever_used, in_use};

/// How many children are started.
const CHILDREN: usize = 10_000;

/// What each of them takes, besides its state of 16 bytes, with its name and its claim in the store.
const LIMIT: usize = 2_140;

/// What is allocated for the start of each, what it keeps included. Many that start at the same time take as much at
/// the same time, and what has gone leaves holes that only the like of it fills.
const LIMIT_OF_START: usize = 9_000;

#[derive(Protocol)]
enum PageMsg {
    #[call(u64)]
    Turn,
}

#[derive(GenServer, Default)]
#[genserver(protocol = PageMsg)]
#[persist(interval = "1h")]
struct Page {
    turned: u64,
    folded: u64,
}

#[handlers(PageMsg)]
impl Page {
    fn turn(&mut self) -> u64 {
        self.turned += 1;
        self.turned
    }
}

// a child costs its state and two kilobytes
#[test]
fn a_child_takes_two_kilobytes() {
    alone(measure());
}

async fn measure() {
    let system = System::new(MemoryAdapter::new());
    let book = system.dynamic_supervisor("book").build();
    let book = book.expect("the system runs");
    start(&book, 0).await;
    let (before, ever_before) = (in_use(), ever_used());
    for number in 1..=CHILDREN {
        start(&book, number).await;
    }
    let each = (in_use() - before) / CHILDREN;
    assert!(each <= LIMIT, "a child takes {each} bytes");
    let each = (ever_used() - ever_before) / CHILDREN;
    assert!(
        each <= LIMIT_OF_START,
        "{each} bytes are allocated for a start"
    );
    assert_eq!(book.count_children().up, CHILDREN + 1);
    system.shutdown().await.expect("it saves");
}

async fn start(book: &noex::DynamicSupervisor, number: usize) {
    let page = Page::spec(Page::default).name(number.to_string());
    book.start_child(page).await.expect("its name is its own");
}
