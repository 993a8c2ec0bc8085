//! A supervised server that is parked: its supervisor leaves it, and starts it again for an operator.

use noex::persist::Edited;
use noex::prelude::*;
use noex::{Cause, Client, StartError, Supervisor};

use super::crashes_of;
use crate::any_store::AnyStore;
use crate::counter::{Counter, event, key, record, spec, stored, system};

async fn parked(events: &mut noex::EventStream) -> noex::Parked {
    super::parked(events).await
}

async fn started(events: &mut noex::EventStream) {
    event(events, |event| {
        matches!(event, noex::Event::Started { .. }).then_some(())
    })
    .await;
}

// T10: a server that crashes after each restore is parked by its supervisor, which spends no more restarts on it
#[tokio::test(start_paused = true)]
async fn poison_is_parked_and_started_again_for_an_operator() {
    let store = stored("a", 3).await;
    let before = record(&store, "a").expect("it is stored");
    let system = system(store.clone());
    let mut events = system.events();
    let tree = Supervisor::one_for_one("tree")
        .child(spec("a"))
        .child(spec("b"));
    let tree = system.supervise(tree).await.expect("it starts");
    let a = system.find::<Counter>("a").expect("it runs");
    for _ in 0..3 {
        let monitor = a.monitor();
        a.r#break().await.expect_err("it breaks");
        monitor.await;
    }
    let told = parked(&mut events).await;
    assert_eq!(
        crashes_of(&told),
        (before.revision, 3, "told to break"),
        "{told}"
    );
    assert_eq!(a.total().await, Err(CallError::Parked));
    assert_eq!(record(&store, "a"), Some(before));
    let b = system.find::<Counter>("b").expect("it runs");
    assert_eq!(b.total().await, Ok(0));

    system
        .adopt(&key("a"), Edited::state("{\"total\":4}"))
        .await
        .expect("it is sound");
    started(&mut events).await;
    assert_eq!(a.total().await, Ok(4), "the same client reaches it");
    assert!(system.parked().is_empty());
    tree.stop().await.expect("it saves");
}

// T10, R1: a record that cannot be restored parks its server at once, and the others are started
#[tokio::test(start_paused = true)]
async fn a_damaged_record_is_parked_and_mended() {
    let whole = stored("a", 3).await;
    let records = whole.records().into_iter().map(|(key, record)| {
        let text = crate::counter::text(&record).replace("\"total\":3", "\"total\":x");
        let record = noex::store::Record::new(record.revision, record.kind, text);
        (key, record)
    });
    let store: AnyStore = records.collect();
    let system = system(store.clone());
    let mut events = system.events();
    let tree = Supervisor::one_for_one("tree")
        .child(spec("a"))
        .child(spec("b"));
    let tree = system.supervise(tree).await.expect("the others start");
    let told = parked(&mut events).await;
    let Cause::NotStartable { error, .. } = &told.cause else {
        panic!("{told}");
    };
    assert!(matches!(error, StartError::Restore { .. }), "{error}");
    started(&mut events).await;

    let exported = system.export(&key("a")).await.expect("it can be read");
    let state = exported.expect("it is there").state;
    let state = state.expect("it can be told apart").replace('x', "9");
    system
        .adopt(&key("a"), Edited::state(state))
        .await
        .expect("it is sound");
    started(&mut events).await;
    let a = system.find::<Counter>("a").expect("it runs");
    assert_eq!(a.total().await, Ok(9));
    assert!(system.parked().is_empty());
    tree.stop().await.expect("it saves");
}

// T10: put aside, it begins anew
#[tokio::test(start_paused = true)]
async fn a_poisoned_record_is_put_aside() {
    let system = system(stored("a", 3).await);
    let mut events = system.events();
    let tree = Supervisor::one_for_one("tree").child(spec("a"));
    let tree = system.supervise(tree).await.expect("it starts");
    let a = system.find::<Counter>("a").expect("it runs");
    for _ in 0..3 {
        let monitor = a.monitor();
        a.r#break().await.expect_err("it breaks");
        monitor.await;
    }
    parked(&mut events).await;
    let copy = system.quarantine(&key("a")).await.expect("it is put aside");
    assert!(copy.is_some());
    started(&mut events).await;
    assert_eq!(a.total().await, Ok(0));
    tree.stop().await.expect("it saves");
}

/// Crashes `a` after each restore until it is parked.
async fn poison(system: &System, events: &mut noex::EventStream) {
    let a = system.find::<Counter>("a").expect("it runs");
    for _ in 0..3 {
        let monitor = a.monitor();
        a.r#break().await.expect_err("it breaks");
        monitor.await;
    }
    parked(events).await;
}

// T10, R1: a parked child is not started with its supervisor, which is restarted without it; a retry starts it
#[tokio::test(start_paused = true)]
async fn a_parked_child_stays_down_when_its_supervisor_is_restarted() {
    let system = system(stored("a", 3).await);
    let mut events = system.events();
    let inner = Supervisor::one_for_one("inner")
        .child(spec("a"))
        .child(spec("b"));
    let tree = Supervisor::one_for_all("tree").child(inner);
    let tree = system.supervise(tree).await.expect("it starts");
    poison(&system, &mut events).await;
    for _ in 0..2 {
        tree.restart_child("inner").await.expect("it restarts");
        let b = system.find::<Counter>("b").expect("it runs");
        assert_eq!(b.total().await, Ok(0));
        let a = system.client::<Counter>("a");
        assert_eq!(a.total().await, Err(CallError::Parked));
        assert_eq!(system.parked().len(), 1);
    }
    assert!(system.retry(&key("a")));
    let a = system.find::<Counter>("a").expect("its name is kept");
    started(&mut events).await;
    crate::counter::pass(std::time::Duration::from_secs(1)).await;
    assert_eq!(a.total().await, Ok(3));
    tree.stop().await.expect("it saves");
}

// T10, R1: a parked child that is stopped by hand is parked no more, and no retry starts it
#[tokio::test(start_paused = true)]
async fn a_parked_child_that_is_stopped_by_hand_stays_down() {
    let system = system(stored("a", 3).await);
    let mut events = system.events();
    let tree = Supervisor::one_for_one("tree").child(spec("a"));
    let tree = system.supervise(tree).await.expect("it starts");
    poison(&system, &mut events).await;
    let parked = system.parked().pop().expect("it is parked");
    tree.terminate_child("a").await.expect("it is down already");
    assert!(system.parked().is_empty());
    assert!(!system.unpark(&parked) && !system.retry(&key("a")));
    crate::counter::pass(std::time::Duration::from_secs(9)).await;
    assert!(system.find::<Counter>("a").is_none());
    tree.restart_child("a").await.expect("by hand it is tried");
    let a = system.find::<Counter>("a").expect("it runs");
    assert_eq!(a.total().await, Ok(3));
    tree.stop().await.expect("it saves");
}

// T10, R1: with a supervisor that is terminated, what is parked of its children is forgotten; started again by hand,
// they are tried again
#[tokio::test(start_paused = true)]
async fn a_parked_child_of_a_terminated_supervisor_is_tried_again_with_it() {
    let system = system(stored("a", 3).await);
    let mut events = system.events();
    let inner = Supervisor::one_for_one("inner").child(spec("a"));
    let tree = Supervisor::one_for_one("tree").child(inner);
    let tree = system.supervise(tree).await.expect("it starts");
    poison(&system, &mut events).await;
    tree.terminate_child("inner")
        .await
        .expect("it is down already");
    assert!(system.parked().is_empty());
    assert!(!system.retry(&key("a")));

    tree.restart_child("inner").await.expect("it is tried");
    let a = system.find::<Counter>("a").expect("it runs");
    assert_eq!(a.total().await, Ok(3));
    poison(&system, &mut events).await;
    assert_eq!(a.total().await, Err(CallError::Parked));
    assert_eq!(system.parked().len(), 1);
    tree.stop().await.expect("it saves");
}
