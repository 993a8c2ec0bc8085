//! An operator who is not alone: another one, a server that starts meanwhile, another system with the same store.

use noex::persist::Edited;
use noex::prelude::*;
use noex::store::{Abilities, Key, Loaded, Ownership, Page, Query, StoreError, Write};
use noex::testing::{Call, Fault, FaultyAdapter, Gate, SharedMemory};
use noex::{AdoptError, Family, QuarantineError};

use super::{NAME, crash, family, poisoned};
use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, key, record, stored, system, total_in};

fn four() -> Edited {
    Edited::state("{\"total\":4}")
}

/// Parks `a`, which is stored.
async fn parks(system: &System) -> Family<Counter> {
    let family = family(system);
    for _ in 0..3 {
        crash(&family).await;
    }
    assert_eq!(system.parked().len(), 1);
    family
}

// T10: a server that is retried while an operator waits for the key keeps what it has saved since
#[tokio::test(start_paused = true)]
async fn what_is_retried_meanwhile_is_left_alone() {
    let store = stored(NAME, 3).await;
    let faulty = FaultyAdapter::new(store.clone());
    let system = system(faulty.clone());
    let family = parks(&system).await;
    let before = record(&store, NAME);
    let gate = Gate::new();
    for _ in 0..2 {
        faulty.next(Call::Claim, Fault::Held(gate.clone()));
    }
    let (adopts, puts_aside) = (system.clone(), system.clone());
    let adopting = tokio::spawn(async move { adopts.adopt(&key(NAME), four()).await });
    gate.has_waiting(1).await;
    let putting = tokio::spawn(async move { puts_aside.quarantine(&key(NAME)).await });
    gate.has_waiting(2).await;
    assert!(system.retry(&key(NAME)));
    gate.open();
    let adopted = adopting.await.expect("no panic");
    assert!(
        matches!(
            adopted,
            Err(AdoptError::NotParked { .. } | AdoptError::InUse { .. })
        ),
        "{adopted:?}"
    );
    let aside = putting.await.expect("no panic");
    assert!(
        matches!(
            aside,
            Err(QuarantineError::NotParked { .. } | QuarantineError::InUse { .. })
        ),
        "{aside:?}"
    );
    assert_eq!(record(&store, NAME), before);
    assert_eq!(family.at("a").total().await, Ok(3));
}

// T10: of two operators at a time one is the first, and the other one is told
#[tokio::test(start_paused = true)]
async fn one_of_two_operators_is_the_first() {
    let (store, system, family) = poisoned().await;
    let name = key(NAME);
    let five = Edited::state("{\"total\":5}");
    let (four, five) = tokio::join!(system.adopt(&name, four()), system.adopt(&name, five));
    let expected = match (four, five) {
        (Ok(_), Err(AdoptError::NotParked { .. } | AdoptError::InUse { .. })) => 4,
        (Err(AdoptError::NotParked { .. } | AdoptError::InUse { .. }), Ok(_)) => 5,
        both => panic!("{both:?}"),
    };
    assert_eq!(total_in(&store, NAME), Some(expected));
    assert_eq!(store.len(), 2, "one record was replaced");
    assert_eq!(family.at("a").total().await, Ok(expected));
}

// T10: a server of another system is out of reach, too
#[tokio::test(start_paused = true)]
async fn another_systems_server_is_not_touched() {
    begin();
    let shared = SharedMemory::new();
    let one = system(shared.node());
    let at_one = family(&one);
    at_one.create("a", 3).await.expect("it is new");
    at_one.at("a").stop().await.expect("it saves");
    for _ in 0..3 {
        crash(&at_one).await;
    }
    let other = system(shared.node());
    let live = family(&other);
    assert_eq!(live.at("a").add(1).await, Ok(4));
    let before = shared.records();
    let adopted = one.adopt(&key(NAME), four()).await;
    assert!(
        matches!(adopted, Err(AdoptError::InUse { .. })),
        "{adopted:?}"
    );
    let aside = one.quarantine(&key(NAME)).await;
    assert!(
        matches!(aside, Err(QuarantineError::InUse { .. })),
        "{aside:?}"
    );
    assert_eq!(shared.records(), before);
    live.at("a").stop().await.expect("it is not fenced");
    one.adopt(&key(NAME), Edited::state("{\"total\":9}"))
        .await
        .expect("nobody has it now");
    assert_eq!(live.at("a").total().await, Ok(9));
}

/// A store of three methods, which keeps no claims.
#[derive(Clone)]
struct Plain(AnyStore);

impl StorageAdapter for Plain {
    async fn load(&self, key: &Key) -> Result<Option<Loaded>, StoreError> {
        let loaded = self.0.load(key).await?;
        Ok(loaded.map(|loaded| Loaded::new(loaded.record)))
    }

    async fn write(&self, mut write: Write) -> Result<(), StoreError> {
        write.claim = None;
        self.0.write(write).await
    }

    async fn list(&self, query: Query) -> Result<Page, StoreError> {
        self.0.list(query).await
    }

    fn abilities(&self) -> Abilities {
        Abilities::default()
    }
}

// T10: where the store keeps no claims, the system knows its own live servers
#[tokio::test(start_paused = true)]
async fn without_claims_a_live_server_is_not_touched() {
    let store = stored(NAME, 3).await;
    let plain = Plain(store.clone());
    assert_eq!(plain.abilities().ownership, Ownership::Unchecked);
    let system = system(plain);
    let family = parks(&system).await;
    let live = Counter::spec(0).env("first").key(NAME);
    let live = system.start(live).await.expect("it starts");
    let before = store.records();
    let adopted = system.adopt(&key(NAME), four()).await;
    assert!(
        matches!(adopted, Err(AdoptError::InUse { .. })),
        "{adopted:?}"
    );
    assert_eq!(store.records(), before);
    live.stop().await.expect("it stops");

    system
        .adopt(&key(NAME), four())
        .await
        .expect("nobody has it now");
    assert_eq!(family.at("a").total().await, Ok(4));
    assert_eq!(store.len(), 2);
}
