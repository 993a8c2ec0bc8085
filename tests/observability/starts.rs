//! Starts and saves are in spans of their own, under the span of whoever asked for them.

use std::time::Duration;

use noex::Client as _;
use noex::prelude::*;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument as _, info_span};

use super::journal::Journal;
use super::{Scout, system};

fn parents(journal: &Journal, name: &str) -> Vec<String> {
    let spans = journal.spans(name).into_iter();
    spans.map(|span| span.within).collect()
}

// A start is under the span of whoever starts the server, and names it; its hooks run in it
#[tokio::test(start_paused = true)]
async fn a_start_is_in_the_span_of_its_starter() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let system = system(MemoryAdapter::new());
    let starting = system.start(Scout::spec(Scout::default).name("a"));
    let starting = starting.instrument(info_span!("boot"));
    starting.await.expect("it starts");
    let started = journal.spans("noex.start");
    assert_eq!(started.len(), 1);
    assert_eq!(started[0].within, "boot");
    let fields: Vec<_> = started[0].fields.iter().collect();
    let expected = [("incarnation", "1"), ("key", "a"), ("server", "Scout `a`")];
    let expected = expected.map(|(name, value)| (name, value.to_owned()));
    let expected: Vec<_> = expected.iter().map(|(name, value)| (name, value)).collect();
    assert_eq!(fields, expected);
    let said = journal.said();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].within, "noex.start in boot");
}

// The first call of a key starts its server under its own span; a call that finds it live does not
#[tokio::test(start_paused = true)]
async fn a_key_is_started_in_the_span_of_its_first_call() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let system = system(MemoryAdapter::new());
    let scouts = system
        .family::<Scout>("scouts")
        .or_init(|_| Scout::default)
        .build()
        .expect("a family of its own");
    for span in [info_span!("first"), info_span!("second")] {
        let asked = async { scouts.at(&1).look().await };
        asked.instrument(span).await.expect("it answers");
    }
    assert_eq!(parents(&journal, "noex.start"), ["first"]);
    assert_eq!(parents(&journal, "noex.handle"), ["first", "second"]);
    assert_eq!(journal.spans("noex.start")[0].fields["key"], "scouts:1");
}

// A creation saves within its start
#[tokio::test(start_paused = true)]
async fn the_first_save_of_a_creation_is_in_its_start() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let system = system(MemoryAdapter::new());
    let scouts = system
        .family::<Scout>("scouts")
        .build()
        .expect("a family of its own");
    let creating = async { scouts.create(&1, Scout::default).await.map(drop) };
    let creating = creating.instrument(info_span!("order"));
    creating.await.expect("it is created");
    assert_eq!(parents(&journal, "noex.start"), ["order"]);
    assert_eq!(parents(&journal, "noex.save"), ["noex.start in order"]);
}

// A checkpoint is saved under the span of whoever asked for it, an interval under none
#[tokio::test(start_paused = true)]
async fn a_save_is_in_the_span_of_whoever_asked_for_it() {
    let (journal, _guard) = Journal::begin(LevelFilter::DEBUG);
    let system = system(MemoryAdapter::new());
    let spec = Scout::spec(Scout::default).name("a");
    let scout = system.start(spec).await.expect("it starts");
    let saved = async { scout.checkpoint().await };
    let saved = saved.instrument(info_span!("request")).await;
    saved.expect("it is saved");
    assert_eq!(parents(&journal, "noex.save"), ["request"]);

    let looked = async { scout.look().await };
    let looked = looked.instrument(info_span!("request")).await;
    looked.expect("it answers");
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(parents(&journal, "noex.save"), ["request", ""]);
    let fields = &journal.spans("noex.save")[1].fields;
    assert_eq!(fields["server"], "Scout `a`");
    assert_eq!(fields["key"], "a");
    assert_eq!(fields["incarnation"], "1");
}
