//! Older records go through every step to today's form; newer ones and unknown fields are left alone.

mod chain;
mod locked;

use noex::persist::{OnUnreadable, PersistOptions};
use noex::prelude::*;
use noex::{Event, PersistenceError, StartError};

use crate::any_store::AnyStore;
use crate::counter::{begin, pass, record, seconds, system, text};
use chain::{V1, V2, V3};

/// What becomes of `store` when today's code starts on it.
async fn started(
    store: &AnyStore,
    options: PersistOptions,
) -> Result<(System, chain::LedgerClient), StartError> {
    let system = system(store.clone());
    let spec = V3::spec(V3::new).name("a").persist(options);
    let client = system.start(spec).await?;
    Ok((system, client))
}

// V1, S2: a record of version 1 goes through every step, in order, and skipped fields are as the last one gave them
#[tokio::test(start_paused = true)]
async fn an_old_record_goes_through_every_step() {
    begin();
    let store = chain::stored(V1::spec(|| V1 { cents: 250 })).await;
    let options = PersistOptions::new();
    let (system, ledger) = started(&store, options).await.expect("it migrates");
    let notes = ledger.notes().await.expect("it answers");
    assert_eq!(notes, ["250 cents", "2 then 3", "given by the conversion"]);
    drop(system);
}

// V1: a record of version 2 goes through the last step only
#[tokio::test(start_paused = true)]
async fn a_younger_record_goes_through_the_last_step() {
    begin();
    let notes = || V2 {
        notes: vec!["of version 2".to_owned()],
    };
    let store = chain::stored(V2::spec(notes)).await;
    let options = PersistOptions::new();
    let (_system, ledger) = started(&store, options).await.expect("it migrates");
    let notes = ledger.notes().await.expect("it answers");
    let expected = ["of version 2", "2 then 3", "given by the conversion"];
    assert_eq!(notes, expected);
}

// V1: a server without `version` stores version 1
#[tokio::test(start_paused = true)]
async fn version_1_is_the_default() {
    begin();
    let store = chain::stored(V1::spec(|| V1 { cents: 1 })).await;
    let text = text(&record(&store, "a").expect("it is stored"));
    assert!(text.contains("\"version\":1"), "{text}");
}

// S11: the new form is written by the next save even if nothing else changed
#[tokio::test(start_paused = true)]
async fn the_new_form_is_written_by_the_next_save() {
    begin();
    let store = chain::stored(V1::spec(|| V1 { cents: 250 })).await;
    let before = record(&store, "a").expect("it is stored");
    let options = PersistOptions::new().interval(seconds(10));
    let (system, ledger) = started(&store, options).await.expect("it migrates");
    assert_eq!(
        record(&store, "a"),
        Some(before),
        "the start writes nothing"
    );
    assert!(ledger.status().await.expect("it answers").unsaved);
    pass(seconds(11)).await;
    let after = text(&record(&store, "a").expect("it is stored"));
    assert!(after.contains("\"version\":3"), "{after}");
    assert!(after.contains("2 then 3"), "{after}");

    system.shutdown().await.expect("it saves");
    let (system, ledger) = started(&store, PersistOptions::new())
        .await
        .expect("it starts");
    let mut events = system.events();
    let notes = ledger.notes().await.expect("it answers");
    assert_eq!(notes, ["250 cents", "2 then 3", "as declared"]);
    system.shutdown().await.expect("it has nothing to save");
    while let Some(event) = events.try_next() {
        assert!(!matches!(event, Event::Saved { .. }), "nothing has changed");
    }
}

// S11: the last save writes the new form, too
#[tokio::test(start_paused = true)]
async fn the_new_form_is_written_by_the_last_save() {
    begin();
    let store = chain::stored(V1::spec(|| V1 { cents: 250 })).await;
    let options = PersistOptions::new();
    let (system, _ledger) = started(&store, options).await.expect("it migrates");
    system.shutdown().await.expect("it saves");
    let after = text(&record(&store, "a").expect("it is stored"));
    assert!(after.contains("\"version\":3"), "{after}");
}

// V1, S4: a step that fails, or panics, fails the start and says which one; the bytes stay
#[tokio::test(start_paused = true)]
async fn a_failing_step_fails_the_start() {
    begin();
    for (cents, words) in [(-1, "a debt of 1 cents"), (0, "panicked")] {
        let store = chain::stored(V1::spec(move || V1 { cents })).await;
        let before = store.records();
        let start = started(&store, PersistOptions::new()).await;
        let Err(StartError::Restore { source }) = start else {
            panic!("it was migrated");
        };
        let PersistenceError::Migration { message, .. } = &source else {
            panic!("{source}");
        };
        assert!(message.contains(words), "{message}");
        assert_eq!(store.records(), before);
    }
}

// V1: the error of a step names the two versions
#[tokio::test(start_paused = true)]
async fn a_failing_step_is_named() {
    begin();
    let store = chain::stored(V1::spec(|| V1 { cents: -1 })).await;
    let start = started(&store, PersistOptions::new()).await;
    let Err(StartError::Restore { source }) = start else {
        panic!("it was migrated");
    };
    let PersistenceError::Migration { from, to, .. } = source else {
        panic!("{source}");
    };
    assert_eq!((from, to), (1, 2));
}

// S5, V1: a failed migration is put aside if that was asked for
#[tokio::test(start_paused = true)]
async fn a_failed_migration_may_be_put_aside() {
    begin();
    let store = chain::stored(V1::spec(|| V1 { cents: -1 })).await;
    let before = record(&store, "a").expect("it is stored");
    let options = PersistOptions::new().on_unreadable(OnUnreadable::Quarantine);
    let (_system, ledger) = started(&store, options).await.expect("it starts afresh");
    assert_eq!(ledger.notes().await.expect("it answers"), ["new", "made"]);
    let mut copies = store.records();
    copies.remove("a");
    let copies: Vec<_> = copies.into_values().collect();
    let [copy] = &*copies else {
        panic!("there is one copy");
    };
    assert_eq!(copy.bytes, before.bytes);
}

// V3, S4, S5: a newer record is neither read, nor overwritten, nor put aside
#[tokio::test(start_paused = true)]
async fn a_newer_record_is_left_alone() {
    begin();
    let store = chain::stored(V3::spec(V3::new)).await;
    let before = store.records();
    let quarantine = PersistOptions::new().on_unreadable(OnUnreadable::Quarantine);
    for options in [PersistOptions::new(), quarantine] {
        let system = system(store.clone());
        let older = V1::spec(|| V1 { cents: 1 }).name("a").persist(options);
        let start = system.start(older).await;
        let Err(StartError::Restore { source }) = start else {
            panic!("it was read: {start:?}");
        };
        let PersistenceError::NewerVersion { found, known, .. } = source else {
            panic!("{source}");
        };
        assert_eq!((found, known), (3, 1));
        assert_eq!(store.records(), before);
    }
}

// S6, V3: a newer record is refused with `restore = false`, too
#[tokio::test(start_paused = true)]
async fn a_newer_record_is_not_replaced_either() {
    begin();
    let store = chain::stored(V3::spec(V3::new)).await;
    let before = store.records();
    let system = system(store.clone());
    let options = PersistOptions::new().restore(false);
    let older = V1::spec(|| V1 { cents: 1 }).name("a").persist(options);
    let start = system.start(older).await;
    let Err(StartError::Restore { source }) = start else {
        panic!("it was taken: {start:?}");
    };
    let refused = matches!(source, PersistenceError::NewerVersion { .. });
    assert!(refused, "{source}");
    assert_eq!(store.records(), before);
}

// V3, S5: fields the code does not know are refused, nested ones too, with their names, and never put aside
#[tokio::test(start_paused = true)]
async fn unknown_fields_are_refused_by_name() {
    begin();
    let store = chain::stored(chain::Richer::spec(chain::Richer::new)).await;
    let before = store.records();
    let quarantine = PersistOptions::new().on_unreadable(OnUnreadable::Quarantine);
    for options in [PersistOptions::new(), quarantine] {
        let system = system(store.clone());
        let poorer = chain::Poorer::spec(chain::Poorer::default).name("a");
        let start = system.start(poorer.persist(options)).await;
        let Err(StartError::Restore { source }) = start else {
            panic!("it was read: {start:?}");
        };
        let PersistenceError::UnknownFields { names, .. } = source else {
            panic!("{source}");
        };
        assert_eq!(names, ["lines.0.discount", "lines.1.discount", "note"]);
        assert_eq!(store.records(), before);
    }
}

// V3: a field the record does not have yet gets its default; without one the start fails
#[tokio::test(start_paused = true)]
async fn a_missing_field_needs_a_default() {
    begin();
    let store = chain::stored(chain::Poorer::spec(chain::Poorer::default)).await;
    let system = system(store.clone());
    let richer = chain::Richer::spec(chain::Richer::new).name("a");
    let start = system.start(richer).await;
    let Err(StartError::Restore { source }) = start else {
        panic!("it was read: {start:?}");
    };
    let undecodable = matches!(source, PersistenceError::Undecodable { .. });
    assert!(undecodable, "{source}");
}
