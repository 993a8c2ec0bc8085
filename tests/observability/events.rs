//! The events of a server's life, in order.

use noex::prelude::*;
use noex::{Event, EventStream};

use super::{journal, system};

#[derive(Protocol)]
enum PurseMsg {
    #[call(i64)]
    Cents,
}

#[derive(GenServer)]
#[genserver(protocol = PurseMsg)]
#[persist(kind = "purse")]
struct PurseV1 {
    euros: i64,
}

#[handlers(PurseMsg)]
impl PurseV1 {
    fn cents(&self) -> i64 {
        self.euros * 100
    }
}

#[derive(GenServer)]
#[genserver(protocol = PurseMsg)]
#[persist(kind = "purse", version = 3, migrate(1 = StoredPurseV1, 2 = StoredPurseV2))]
struct Purse {
    cents: i64,
}

#[derive(Stored)]
struct StoredPurseV1 {
    euros: i64,
}

#[derive(Stored)]
struct StoredPurseV2 {
    dimes: i64,
}

impl From<StoredPurseV1> for StoredPurseV2 {
    fn from(old: StoredPurseV1) -> Self {
        let dimes = old.euros * 10;
        Self { dimes }
    }
}

impl TryFrom<StoredPurseV2> for Purse {
    type Error = &'static str;

    fn try_from(old: StoredPurseV2) -> Result<Self, Self::Error> {
        let cents = old.dimes * 10;
        (cents >= 0).then_some(Self { cents }).ok_or("a debt")
    }
}

#[handlers(PurseMsg)]
impl Purse {
    fn cents(&self) -> i64 {
        self.cents
    }
}

/// What has happened, by name.
fn names(events: &mut EventStream) -> Vec<&'static str> {
    let mut names = Vec::new();
    while let Some(event) = events.try_next() {
        names.push(match event {
            Event::NotFound { .. } => "not found",
            Event::Restored { version, .. } => {
                assert!([1, 3].contains(&version), "{version}");
                "restored"
            }
            Event::Migrated { from, to, .. } => {
                assert_eq!((from, to), (1, 3));
                "migrated"
            }
            Event::Started { .. } => "started",
            Event::StartFailed { .. } => "start failed",
            Event::Saved { .. } => "saved",
            Event::Terminated { .. } => "terminated",
            _ => "something else",
        });
    }
    names
}

async fn stored(euros: i64) -> MemoryAdapter {
    let store = MemoryAdapter::new();
    let old = system(store.clone());
    let spec = PurseV1::spec(move || PurseV1 { euros }).name("a");
    let purse = old.start(spec).await.expect("it starts");
    assert_eq!(purse.cents().await, Ok(euros * 100));
    old.shutdown().await.expect("it saves");
    store
}

// A migration is told between the restore and the start, once for all its steps, and not of the next start
#[tokio::test(start_paused = true)]
async fn a_migration_is_told_between_the_restore_and_the_start() {
    let _alone = journal::alone();
    let store = stored(3).await;
    for expected in [
        &["restored", "migrated", "started", "saved", "terminated"][..],
        &["restored", "started", "terminated"],
    ] {
        let system = system(store.clone());
        let mut events = system.events();
        let spec = Purse::spec(|| Purse { cents: 0 }).name("a");
        let purse = system.start(spec).await.expect("it starts");
        assert_eq!(purse.cents().await, Ok(300));
        system.shutdown().await.expect("it saves");
        assert_eq!(names(&mut events), expected);
    }
}

// A migration that fails is a start that failed, and no migration
#[tokio::test(start_paused = true)]
async fn a_migration_that_fails_is_not_told_as_one() {
    let _alone = journal::alone();
    let system = system(stored(-1).await);
    let mut events = system.events();
    let spec = Purse::spec(|| Purse { cents: 0 }).name("a");
    assert!(system.start(spec).await.is_err());
    assert_eq!(names(&mut events), ["start failed"]);
}
