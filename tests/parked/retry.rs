//! Trying a parked server again as it is.

use noex::prelude::*;

use super::{NAME, crash, poisoned};
use crate::counter::{key, record};

// T10: a retry lets the key start again as it is; a server that has not changed is parked again
#[tokio::test(start_paused = true)]
async fn a_parked_key_is_retried() {
    let (store, system, family) = poisoned().await;
    let before = record(&store, NAME);
    assert!(system.retry(&key(NAME)));
    assert!(!system.retry(&key(NAME)));
    assert_eq!(family.at("a").total().await, Ok(3));
    assert_eq!(record(&store, NAME), before);
    for _ in 0..3 {
        assert!(system.parked().is_empty());
        crash(&family).await;
    }
    assert!(system.parked_at(&key(NAME)).is_some());
    assert_eq!(family.at("a").total().await, Err(CallError::Parked));
}

// T10: so does an entry of the list, once
#[tokio::test(start_paused = true)]
async fn an_entry_of_the_list_is_retried() {
    let (_store, system, family) = poisoned().await;
    let [parked] = &*system.parked() else {
        panic!("one is parked")
    };
    assert!(system.unpark(parked));
    assert!(!system.unpark(parked));
    assert_eq!(family.at("a").total().await, Ok(3));
}

// T10: what is parked is known to one system: another one tries it anew
#[tokio::test(start_paused = true)]
async fn a_new_system_tries_again() {
    let (store, system, family) = poisoned().await;
    drop(family);
    system.shutdown().await.expect("nothing runs");
    let system = crate::counter::system(store);
    let family = super::family(&system);
    assert!(system.parked().is_empty());
    assert_eq!(family.at("a").total().await, Ok(3));
}
