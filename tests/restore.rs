//! Whatever is wrong with a record or its store fails the start and leaves the record as it was.

mod quarantine;

use noex::prelude::*;
use noex::store::{Record, StoreError};
use noex::testing::{Call, Fault, FaultyAdapter};
use noex::{Event, PersistenceError, StartError};

use crate::any_store::AnyStore;
use crate::counter::{
    Counter, Does, begin, calls, errors, event, key, record, spec, stored, system, tell, untell,
};

/// The same store with its one record in other bytes.
fn rewritten(store: &AnyStore, rewrite: impl Fn(&[u8]) -> Vec<u8>) -> AnyStore {
    let records = store.records().into_iter().map(|(key, record)| {
        let bytes = rewrite(&record.bytes);
        let other = Record::new(record.revision, record.kind, bytes);
        (key, other)
    });
    records.collect()
}

/// Starts a counter that must fail, once by the hook and the event, with nothing run and nothing changed.
async fn refused(store: &AnyStore) -> PersistenceError {
    begin();
    let before = store.records();
    let system = system(store.clone());
    let mut events = system.events();
    let start = system.start(spec("a")).await;
    let Err(StartError::Restore { source }) = start else {
        panic!("the record was taken: {start:?}");
    };
    assert_eq!(store.records(), before);
    assert!(calls().is_empty());
    let [reported] = &*errors() else {
        panic!("reported once");
    };
    assert_eq!(reported.to_string(), source.to_string());
    let failed = event(&mut events, |event| match event {
        Event::StartFailed { error, .. } => Some(error),
        _ => None,
    });
    assert_eq!(
        failed.await.to_string(),
        "the state under `a` could not be restored"
    );
    assert!(system.find::<Counter>("a").is_none());
    source
}

// S4, H3: a store that refuses, or does not know, fails the start; it is not taken for an empty one
#[tokio::test(start_paused = true)]
async fn an_unreachable_store_is_no_empty_one() {
    let store = stored("a", 5).await;
    let faulty = FaultyAdapter::new(store.clone());
    let system = system(faulty.clone());
    for fault in [
        Fault::Rejected,
        Fault::Lost,
        Fault::Fails(StoreError::Closed),
    ] {
        faulty.next(Call::Claim, fault);
        let start = system.start(spec("a")).await;
        let Err(StartError::Restore { source }) = start else {
            panic!("it should have failed: {start:?}");
        };
        assert!(matches!(source, PersistenceError::Store { .. }), "{source}");
        assert_eq!(errors().len(), 1);
    }
    assert!(calls().is_empty());
    let counter = system.start(spec("a")).await.expect("it is back");
    assert_eq!(counter.total().await, Ok(5));
}

// S4: a claim that was given without an answer is not taken for a refusal for ever
#[tokio::test(start_paused = true)]
async fn a_claim_without_an_answer_fails_one_start() {
    let faulty = FaultyAdapter::new(stored("a", 5).await);
    faulty.next(Call::Claim, Fault::AnsweredTooLate);
    let system = system(faulty);
    let start = system.start(spec("a")).await;
    assert!(
        matches!(start, Err(StartError::Restore { .. })),
        "{start:?}"
    );
}

// S4: a flipped bit anywhere in the record fails the start
#[tokio::test(start_paused = true)]
async fn a_damaged_record_fails_the_start() {
    let whole = stored("a", 5).await;
    let length = record(&whole, "a").expect("it is stored").bytes.len();
    for byte in (0..length).step_by(37).chain([length - 1]) {
        let damaged = rewritten(&whole, |bytes| {
            let flip = |(at, found): (usize, &u8)| if at == byte { found ^ 1 } else { *found };
            bytes.iter().enumerate().map(flip).collect()
        });
        let error = refused(&damaged).await;
        assert!(matches!(error, PersistenceError::Damaged { .. }), "{error}");
    }
}

// S4: a torn record fails the start, an empty one, too
#[tokio::test(start_paused = true)]
async fn a_torn_record_fails_the_start() {
    let whole = stored("a", 5).await;
    let length = record(&whole, "a").expect("it is stored").bytes.len();
    for left in [0, 1, length / 2, length - 1] {
        let torn = rewritten(&whole, |bytes| bytes.iter().take(left).copied().collect());
        let error = refused(&torn).await;
        assert!(matches!(error, PersistenceError::Damaged { .. }), "{error}");
    }
}

// S4: a record that is damaged on the way only is restored by the next start
#[tokio::test(start_paused = true)]
async fn a_record_damaged_on_the_way_is_read_again() {
    let faulty = FaultyAdapter::new(stored("a", 5).await);
    let system = system(faulty.clone());
    for fault in [Fault::Damaged { byte: 40 }, Fault::Torn { bytes: 40 }] {
        faulty.next(Call::Claim, fault);
        let start = system.start(spec("a")).await;
        assert!(
            matches!(start, Err(StartError::Restore { .. })),
            "{start:?}"
        );
    }
    let counter = system.start(spec("a")).await.expect("it is whole");
    assert_eq!(counter.total().await, Ok(5));
}

// S4: the record of another key is not taken for this one's
#[tokio::test(start_paused = true)]
async fn another_keys_record_fails_the_start() {
    let other = stored("b", 5).await;
    let moved = other.records().into_values();
    let moved = moved.map(|record| (key("a"), record)).collect();
    let error = refused(&moved).await;
    assert!(matches!(error, PersistenceError::Damaged { .. }), "{error}");
}

// S4: the record of another kind of server fails the start
#[tokio::test(start_paused = true)]
async fn another_kinds_record_fails_the_start() {
    #[derive(Protocol)]
    enum LampMsg {
        #[call]
        Toggle,
    }

    #[derive(GenServer, Default)]
    #[genserver(protocol = LampMsg)]
    #[persist()]
    struct Lamp {
        lit: bool,
    }

    #[handlers(LampMsg)]
    impl Lamp {
        fn toggle(&mut self) {
            self.lit = !self.lit;
        }
    }

    let store = AnyStore::new();
    let lamps = system(store.clone());
    let lamp = lamps.start(Lamp::spec(Lamp::default).name("a")).await;
    lamp.expect("it starts").toggle().await.expect("it toggles");
    lamps.shutdown().await.expect("it saves");

    let error = refused(&store).await;
    let told = "the record of `a` is of kind `Lamp`, not `Counter`; \
                if the type was renamed, write `#[persist(kind = \"Lamp\")]` on it";
    assert_eq!(error.to_string(), told);
    let PersistenceError::OtherKind {
        found, expected, ..
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!((&*found, &*expected), ("Lamp", "Counter"));
}

// S4, H3: `on_restore` failing or panicking fails the start and is reported once; the bytes stay
#[tokio::test(start_paused = true)]
async fn a_failing_hook_fails_the_start() {
    let store = stored("a", 5).await;
    let before = store.records();
    let system = system(store.clone());
    for does in [Does::Fail, Does::Panic] {
        tell("on_restore", does);
        let start = system.start(spec("a")).await;
        let Err(StartError::Restore { source }) = start else {
            panic!("it should have failed: {start:?}");
        };
        let PersistenceError::Hook { hook, message, .. } = source else {
            panic!("{source}");
        };
        assert_eq!(hook, "on_restore");
        assert!(message.contains("on_restore was told to"), "{message}");
        assert_eq!(errors().len(), 1);
    }
    untell("on_restore");
    for does in [Does::Fail, Does::Panic] {
        tell("on_start", does);
        system.start(spec("a")).await.expect_err("it was told so");
    }
    untell("on_start");
    assert_eq!(store.records(), before);
    calls();
    let counter = system.start(spec("a")).await.expect("it is restored");
    assert_eq!(counter.total().await, Ok(5));
    assert!(!calls().contains(&"init".to_owned()));
}

// H3: a panic of `on_error` itself is contained
#[tokio::test(start_paused = true)]
async fn on_error_may_panic() {
    let whole = stored("a", 5).await;
    let torn = rewritten(&whole, |bytes| bytes.iter().take(9).copied().collect());
    let system = system(torn);
    tell("on_error", Does::Panic);
    let start = system.start(spec("a")).await;
    assert!(
        matches!(start, Err(StartError::Restore { .. })),
        "{start:?}"
    );
    assert_eq!(errors().len(), 1);
}
