//! An edited record in the place of one whose server is parked.

use noex::persist::{Edited, PersistenceError};
use noex::prelude::*;
use noex::store::StoreError;
use noex::testing::{Call, Fault, FaultyAdapter, Gate};
use noex::{AdoptError, Family};

use super::{NAME, copy_of, crash, family, poisoned};
use crate::any_store::AnyStore;
use crate::counter::{Counter, key, record, stored, system, text, total_in};

/// A family whose `a`, stored at 3, is parked on a store that can be told to fail.
async fn on_faulty() -> (FaultyAdapter<AnyStore>, AnyStore, System, Family<Counter>) {
    let store = stored(NAME, 3).await;
    let faulty = FaultyAdapter::new(store.clone());
    let system = system(faulty.clone());
    let family = family(&system);
    for _ in 0..3 {
        crash(&family).await;
    }
    (faulty, store, system, family)
}

/// Lets the next write go its way.
fn pass_one(faulty: &FaultyAdapter<AnyStore>) {
    let open = Gate::new();
    open.open();
    faulty.next(Call::Write, Fault::Held(open));
}

fn four() -> Edited {
    Edited::state("{\"total\": 4}")
}

// T10: an edited state is stored under the next revision, the replaced record is kept, and the server starts from it
#[tokio::test(start_paused = true)]
async fn an_edited_state_is_adopted() {
    let (store, system, family) = poisoned().await;
    let before = record(&store, NAME).expect("it is stored");
    let meta = system.adopt(&key(NAME), four()).await.expect("it is sound");
    assert!(meta.revision > before.revision);
    assert_eq!(meta.revision.number, before.revision.number + 1);
    assert_eq!(meta.server_name.as_deref(), Some("a"));
    let copy = record(&store, &copy_of(&before)).expect("it was copied");
    assert_eq!(copy.bytes, before.bytes);

    assert!(system.parked().is_empty());
    assert_eq!(family.at("a").total().await, Ok(4));
    assert_eq!(family.at("a").add(1).await, Ok(5));
    family.at("a").stop().await.expect("it saves");
    assert_eq!(total_in(&store, NAME), Some(5));
}

// T10: a whole record is adopted as a person has edited it: its checksum is made anew
#[tokio::test(start_paused = true)]
async fn an_edited_record_is_adopted() {
    let (store, system, family) = poisoned().await;
    let before = record(&store, NAME).expect("it is stored");
    let edited = text(&before).replace("\"total\":3", "\n \"total\" : 4\n");
    let meta = system.adopt(&key(NAME), Edited::record(edited)).await;
    let meta = meta.expect("it is sound");
    let exported = system.export(&key(NAME)).await.expect("it can be read");
    let exported = exported.expect("it is there");
    assert_eq!(exported.meta, Ok(meta));
    assert_eq!(exported.state.as_deref(), Some("{\"total\":4}"));
    assert_eq!(family.at("a").total().await, Ok(4));
}

// T10: what the server could not be started from is refused, and nothing changes
#[tokio::test(start_paused = true)]
async fn an_edit_that_cannot_be_restored_is_refused() {
    let (store, system, _family) = poisoned().await;
    let before = store.records();
    let whole = text(&record(&store, NAME).expect("it is stored"));
    let with = |from: &str, to: &str| {
        assert!(whole.contains(from), "{whole}");
        Edited::record(whole.replace(from, to))
    };
    let of_kind: fn(&PersistenceError) -> bool =
        |error| matches!(error, PersistenceError::OtherKind { .. });
    let damaged: fn(&PersistenceError) -> bool =
        |error| matches!(error, PersistenceError::Damaged { .. });
    for (edited, is_right) in [
        (with("\"kind\":\"Counter\"", "\"kind\":\"Order\""), of_kind),
        (with("\"version\":1", "\"version\":2"), |error| {
            matches!(error, PersistenceError::NewerVersion { found: 2, .. })
        }),
        (with("\"format\":1", "\"format\":2"), |error| {
            matches!(error, PersistenceError::NewerFormat { .. })
        }),
        (with("counters:a", "counters:b"), damaged),
        (Edited::record("nonsense"), damaged),
        (Edited::record("{}"), damaged),
        (Edited::state("nonsense"), |error| {
            matches!(error, PersistenceError::Undecodable { .. })
        }),
        (Edited::state("{\"total\":4,\"sum\":4}"), |error| {
            matches!(error, PersistenceError::UnknownFields { .. })
        }),
        (Edited::state_of_version(2, "{\"total\":4}"), |error| {
            matches!(error, PersistenceError::NewerVersion { .. })
        }),
    ] {
        let refused = system.adopt(&key(NAME), edited.clone()).await;
        let Err(AdoptError::Refused { source }) = refused else {
            panic!("{edited:?}: {refused:?}");
        };
        assert!(is_right(&source), "{edited:?}: {source}");
    }
    assert_eq!(store.records(), before);
    assert_eq!(system.parked().len(), 1);
}

// T10: where nothing is parked nothing is adopted
#[tokio::test(start_paused = true)]
async fn only_what_is_parked_is_mended() {
    let (store, system, family) = poisoned().await;
    family.create("b", 1).await.expect("it is new");
    let before = store.records();
    let other = system.adopt(&key("counters:b"), four()).await;
    assert!(
        matches!(other, Err(AdoptError::NotParked { .. })),
        "{other:?}"
    );
    assert_eq!(store.records(), before);
    assert_eq!(family.at("b").total().await, Ok(1));
}

// T10: a live server's record is out of reach, also where another server of the key is parked
#[tokio::test(start_paused = true)]
async fn a_live_server_is_not_touched() {
    let (store, system, _family) = poisoned().await;
    let live = Counter::spec(0).env("first").key(NAME);
    let live = system.start(live).await.expect("it starts");
    let before = store.records();
    let adopted = system.adopt(&key(NAME), four()).await;
    assert!(
        matches!(&adopted, Err(AdoptError::InUse { .. })),
        "{adopted:?}"
    );
    let aside = system.quarantine(&key(NAME)).await;
    assert!(
        matches!(&aside, Err(noex::QuarantineError::InUse { .. })),
        "{aside:?}"
    );
    assert_eq!(store.records(), before);
    assert_eq!(system.parked().len(), 1);
    assert_eq!(live.add(1).await, Ok(4));
    live.stop().await.expect("the key is its own");
    assert_eq!(total_in(&store, NAME), Some(4));
    system
        .adopt(&key(NAME), four())
        .await
        .expect("nobody has it now");
}

// T10: a store that fails leaves the record as it was, the server parked, and the key free for the next try
#[tokio::test(start_paused = true)]
async fn a_store_that_fails_in_the_middle_loses_nothing() {
    let (faulty, store, system, family) = on_faulty().await;
    let before = record(&store, NAME).expect("it is stored");
    for fails_at in ["claim", "copy", "write"] {
        match fails_at {
            "claim" => faulty.next(Call::Claim, Fault::Rejected),
            "copy" => faulty.always(Call::Write, Fault::Rejected),
            _ => {
                pass_one(&faulty);
                for _ in 0..3 {
                    faulty.next(Call::Write, Fault::Rejected);
                }
            }
        }
        let failed = system.adopt(&key(NAME), four()).await;
        assert!(
            matches!(
                failed,
                Err(AdoptError::Store {
                    source: StoreError::Rejected { .. },
                    ..
                })
            ),
            "{fails_at}: {failed:?}"
        );
        assert_eq!(record(&store, NAME).as_ref(), Some(&before), "{fails_at}");
        assert_eq!(system.parked().len(), 1, "{fails_at}");
        faulty.heal();
    }
    system.adopt(&key(NAME), four()).await.expect("it is back");
    let copy = record(&store, &copy_of(&before)).expect("it was copied");
    assert_eq!(copy.bytes, before.bytes);
    assert_eq!(family.at("a").total().await, Ok(4));
}

// T10: a write without a clear answer is looked for, and written again only if it is not there
#[tokio::test(start_paused = true)]
async fn a_write_in_doubt_is_settled() {
    for fault in [Fault::Lost, Fault::AnsweredTooLate] {
        let (faulty, store, system, family) = on_faulty().await;
        pass_one(&faulty);
        faulty.next(Call::Write, fault);
        let meta = system
            .adopt(&key(NAME), four())
            .await
            .expect("it is stored");
        let stored = record(&store, NAME).expect("it is stored");
        assert_eq!(stored.revision, meta.revision);
        assert_eq!(family.at("a").total().await, Ok(4));
    }
}

// T10: where it stays in doubt the operator is told so, and doing it again is safe
#[tokio::test(start_paused = true)]
async fn what_stays_in_doubt_is_told() {
    let (faulty, _store, system, family) = on_faulty().await;
    pass_one(&faulty);
    for _ in 0..3 {
        faulty.next(Call::Write, Fault::AnsweredTooLate);
    }
    // The first answers the question whether the copy is there.
    faulty.next(Call::Load, Fault::Held(opened()));
    faulty.always(Call::Load, Fault::Rejected);
    let doubtful = system.adopt(&key(NAME), four()).await;
    assert!(
        matches!(
            doubtful,
            Err(AdoptError::Store {
                source: StoreError::Uncertain { .. },
                ..
            })
        ),
        "{doubtful:?}"
    );
    assert_eq!(system.parked().len(), 1);
    faulty.heal();
    let again = Edited::state("{\"total\":5}");
    system.adopt(&key(NAME), again).await.expect("it is back");
    assert_eq!(family.at("a").total().await, Ok(5));
}

fn opened() -> Gate {
    let gate = Gate::new();
    gate.open();
    gate
}

// T10: an operator who does not wait for the end leaves nothing half done
#[tokio::test(start_paused = true)]
async fn an_adoption_goes_on_without_its_caller() {
    let (faulty, store, system, family) = on_faulty().await;
    let before = record(&store, NAME).expect("it is stored");
    let gate = Gate::new();
    faulty.next(Call::Write, Fault::Held(gate.clone()));
    let name = key(NAME);
    tokio::select! {
        biased;
        adopted = system.adopt(&name, four()) => panic!("{adopted:?}"),
        () = gate.has_waiting(1) => {}
    }
    assert_eq!(record(&store, NAME), Some(before));
    gate.open();
    while !system.parked().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(family.at("a").total().await, Ok(4));
    assert_eq!(
        store.len(),
        2,
        "the record, and the copy of the replaced one"
    );
}
