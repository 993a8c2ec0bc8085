//! What is cleaned up: only what is past its own limit and today's, of the janitor's own kind, and sound.

use noex::Event;
use noex::persist::PersistOptions;
use noex::store::{StorageAdapter, Write};
use noex::testing::{Call, Fault, FaultyAdapter, TestClock};

use super::janitor::Other;
use super::{
    HOUR, MAX_IDLE, MINUTE, aged, expired, expiries, failures, family, idle, is_idle, is_stale,
    leave, left,
};
use crate::any_store::AnyStore;
use crate::counter::{begin, clocked, event, key, pass};
use crate::saving::group::Batching;

/// What is stored, by key.
fn stored(store: &AnyStore) -> Vec<String> {
    store
        .records()
        .into_keys()
        .map(|key| key.to_string())
        .collect()
}

// E2, E3: a record past its limit is deleted and told of with its age and limit; the others stay
#[tokio::test(start_paused = true)]
async fn what_is_past_its_limit_is_deleted() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["old"], aged()).await;
    let saved = clock.now();
    pass(30 * MINUTE).await;
    leave(&store, &clock, &["young"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let family = family(&system, "left", aged());
    let reason = expired(&mut events).await;
    let age = clock.now().duration_since(saved).expect("it is later");
    assert!(age > HOUR && age <= HOUR + 10 * MINUTE);
    assert!(is_stale(&reason, &left("old"), age, HOUR), "{reason:?}");
    assert_eq!(stored(&store), ["left:young"]);
    assert_eq!(family.at("young").total().await, Ok(7));
    assert!(expiries(&mut events).is_empty(), "it is told once");
}

// E2, E4: so is one whose clients were idle for too long, however young it is
#[tokio::test(start_paused = true)]
async fn what_was_idle_for_too_long_is_deleted() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], idle()).await;
    let saved = clock.now();
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", idle().cleanup_interval(MINUTE));
    let reason = expired(&mut events).await;
    let idle = clock.now().duration_since(saved).expect("it is later");
    assert!(idle > MAX_IDLE && idle <= MAX_IDLE + MINUTE);
    assert!(is_idle(&reason, &left("a"), idle, MAX_IDLE), "{reason:?}");
    assert!(store.is_empty());
}

// E2: neither the recorded limit nor today's is enough by itself
#[tokio::test(start_paused = true)]
async fn it_takes_both_limits() {
    let cases = [(3 * HOUR, HOUR), (HOUR, 3 * HOUR)];
    for (recorded, today) in cases {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        leave(&store, &clock, &["a"], aged().max_age(recorded)).await;
        let system = clocked(store.clone(), &clock);
        let _family = family(&system, "left", aged().max_age(today));
        pass(3 * HOUR).await;
        assert_eq!(stored(&store), ["left:a"], "{recorded:?} {today:?}");
        pass(11 * MINUTE).await;
        assert!(store.is_empty());
    }
}

// E2: a record without a limit is kept, whatever today's is
#[tokio::test(start_paused = true)]
async fn a_record_without_a_limit_is_kept() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], aged().max_age(None)).await;
    let system = clocked(store.clone(), &clock);
    let _family = family(&system, "left", aged());
    pass(100 * HOUR).await;
    assert_eq!(stored(&store), ["left:a"]);
}

// E2: of several families of a kind the one that allows most counts, also one that asks for no cleaning
#[tokio::test(start_paused = true)]
async fn the_loosest_of_todays_limits_counts() {
    let longer = [
        aged().max_age(5 * HOUR),
        aged().max_age(5 * HOUR).cleanup_interval(None),
    ];
    for longer in longer {
        begin();
        let (store, clock) = (AnyStore::new(), TestClock::new());
        leave(&store, &clock, &["a"], aged()).await;
        let system = clocked(store.clone(), &clock);
        let _strict = family(&system, "strict", aged());
        let _loose = family(&system, "left", longer);
        pass(5 * HOUR).await;
        assert_eq!(stored(&store), ["left:a"]);
        pass(11 * MINUTE).await;
        assert!(store.is_empty());
    }
}

// E2: a family that lets nothing expire keeps what the kind has stored
#[tokio::test(start_paused = true)]
async fn no_limit_is_the_loosest_one() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let _strict = family(&system, "strict", aged());
    let _loose = family(&system, "left", PersistOptions::new().interval(MINUTE));
    pass(20 * HOUR).await;
    assert_eq!(stored(&store), ["left:a"]);
}

// E2: records of other kinds are no business of a janitor's, even where the store takes them for its own
#[tokio::test(start_paused = true)]
async fn other_kinds_are_kept() {
    begin();
    let (store, clock) = (AnyStore::new(), TestClock::new());
    leave(&store, &clock, &["a"], aged()).await;
    {
        let system = clocked(store.clone(), &clock);
        let others = system.family::<Other>("others").build();
        let others = others.expect("it is built");
        for name in ["plain", "posing"] {
            others
                .create(name, Other::default)
                .await
                .expect("it is new");
        }
        system.shutdown().await.expect("all is saved");
    }
    let mut posing = store
        .records()
        .remove("others:posing")
        .expect("it is stored");
    let delete = Write::delete(key("others:posing"), posing.revision);
    store.write(delete).await.expect("it is there");
    posing.kind = "Counter".into();
    let put = Write::put(key("others:posing"), None, posing);
    store.write(put).await.expect("nothing is there");

    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged());
    pass(3 * HOUR).await;
    assert_eq!(stored(&store), ["others:plain", "others:posing"]);
    assert_eq!(expiries(&mut events), ["left:a"]);
}

// E2, A4: a damaged record is kept, and the round goes on
#[tokio::test(start_paused = true)]
async fn a_damaged_record_is_kept() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    leave(&store, &clock, &["a", "b", "c"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged());
    pass(HOUR).await;
    store.next(Call::Load, Fault::Doubled);
    store.next(Call::Load, Fault::Damaged { byte: 40 });
    pass(9 * MINUTE).await;
    while store.loads() < 3 {
        pass(MINUTE).await;
    }
    assert_eq!(stored(store.inner()), ["left:b"]);
    assert!(failures(&mut events).is_empty());
    store.always(Call::Load, Fault::Torn { bytes: 100 });
    pass(HOUR).await;
    assert_eq!(stored(store.inner()), ["left:b"]);
    store.heal();
    pass(10 * MINUTE).await;
    assert!(store.inner().is_empty(), "only its reading was damaged");
}

// E2: more records than a page of keys holds are all looked at
#[tokio::test(start_paused = true)]
async fn more_than_a_page_is_deleted() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    let names: Vec<String> = (0..2_500).map(|number| format!("{number:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    leave(&store, &clock, &names, aged()).await;
    pass(90 * MINUTE).await;
    leave(&store, &clock, &["young"], aged()).await;
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged());
    pass(10 * MINUTE).await;
    assert_eq!(stored(store.inner()), ["left:young"]);
    assert_eq!(store.calls(Call::List), 3);
    let mut told = expiries(&mut events);
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), 2_500, "each is told of");
}

// E2, P11: what is deleted is deleted together, in few batches
#[tokio::test(start_paused = true)]
async fn deletions_go_together() {
    begin();
    let (store, clock) = (Batching::new(), TestClock::new());
    store.gate.open();
    let names: Vec<String> = (0..500).map(|number| number.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    leave(&store, &clock, &names, aged()).await;
    let before = store.batches().len();
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged());
    pass(HOUR + 10 * MINUTE).await;
    assert_eq!(expiries(&mut events).len(), 500);
    let batches = store.batches().split_off(before);
    assert_eq!(batches.iter().sum::<usize>(), 500);
    assert!(batches.len() <= 16, "{batches:?}");
}

// E2: what is not expired is not even loaded where the store knows when it will be
#[tokio::test(start_paused = true)]
async fn what_is_fresh_is_not_loaded() {
    begin();
    let (store, clock) = (FaultyAdapter::new(AnyStore::new()), TestClock::new());
    leave(&store, &clock, &["a", "b", "c"], aged().max_age(24 * HOUR)).await;
    let loads = store.loads();
    let system = clocked(store.clone(), &clock);
    let mut events = system.events();
    let _family = family(&system, "left", aged().max_age(24 * HOUR));
    pass(23 * HOUR).await;
    assert_eq!(store.loads(), loads);
    pass(2 * HOUR).await;
    event(&mut events, |event| {
        matches!(event, Event::Expired { .. }).then_some(())
    })
    .await;
    assert!(store.inner().is_empty());
}
