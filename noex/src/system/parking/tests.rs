//! What is remembered of servers that crash, and who hears of a retry.

use std::sync::atomic::AtomicU32;

use super::*;
use crate::error::StartErrorKind;
use crate::store::{Epoch, MemoryAdapter, Revision};

const LONG: std::time::Duration = std::time::Duration::from_mins(1);

fn whose(name: &str, key: Option<&str>) -> Whose {
    Whose {
        key: key.map(|key| Key::new(key).expect("a valid key")),
        kind: "Counter",
        name: Some(name.into()),
    }
}

fn stored(name: &str) -> Whose {
    whose(name, Some(name))
}

fn crash_from(system: &System, whose: &Whose, number: u64) -> Option<Parked> {
    let restored = Restoration {
        revision: Revision::new(Epoch::new(1), number),
        at: now(),
    };
    let crash = Crash {
        restored: Some(restored),
        message: &"told to".into(),
    };
    let patience = Patience {
        crashes: 2,
        within: LONG,
    };
    system
        .inner
        .note_crash(whose.clone(), &crash, patience, Means::default())
}

fn no_store() -> StartError {
    StartError::NoStore { kind: "Counter" }
}

fn park(system: &System, whose: &Whose, on_retry: impl FnOnce() + Send + 'static) -> bool {
    let means = Means {
        on_retry: Some(Box::new(on_retry)),
        ..Means::default()
    };
    let parked = system.inner.park_start(whose.clone(), &no_store(), means);
    parked.is_some()
}

// T10: a server that is parked and retried is given the same patience once more
#[tokio::test]
async fn a_retry_begins_the_count_anew() {
    let system = System::new(MemoryAdapter::new());
    let a = stored("a");
    for _ in 0..2 {
        assert!(crash_from(&system, &a, 1).is_none());
        assert!(system.inner.parking.refusal(&a).is_none());
        assert!(crash_from(&system, &a, 1).is_some());
        assert!(system.inner.parking.refusal(&a).is_some());
        assert!(system.unpark(&system.parked()[0]));
        assert!(system.parked().is_empty());
    }
    assert!(crash_from(&system, &a, 1).is_none());
    assert!(
        crash_from(&system, &a, 2).is_none(),
        "it is another revision"
    );
}

// T10: servers of other kinds and names are told apart under one key, and retried together
#[tokio::test]
async fn all_that_is_parked_under_a_key_is_retried() {
    let system = System::without_store();
    let retried = StdArc::new(AtomicU32::new(0));
    let count = || {
        let retried = retried.clone();
        move || {
            retried.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    };
    for parked in [
        whose("a", Some("k")),
        whose("b", Some("k")),
        whose("a", Some("kk")),
    ] {
        assert!(park(&system, &parked, count()));
    }
    let key = Key::new("k").expect("a valid key");
    assert!(system.parked_at(&key).is_some());
    assert!(system.retry(&key));
    assert_eq!(retried.load(std::sync::atomic::Ordering::Relaxed), 2);
    assert!(system.parked_at(&key).is_none());
    assert!(!system.retry(&key));
    assert_eq!(system.parked().len(), 1);
}

// T10: a server that is not stored is parked by its kind and name
#[tokio::test]
async fn what_is_not_stored_is_parked_by_its_name() {
    let system = System::without_store();
    assert!(park(&system, &whose("a", None), || {}));
    assert!(park(&system, &whose("b", None), || {}));
    let parked = system.parked();
    let names: Vec<_> = parked.iter().map(|parked| parked.name.as_deref()).collect();
    assert_eq!(names, [Some("a"), Some("b")]);
    assert!(system.unpark(&parked[0]));
    assert!(!system.unpark(&parked[0]));
    assert_eq!(system.parked().len(), 1);
}

// T10: whatever may succeed at the next try is not parked, and what is parked already is no news
#[tokio::test]
async fn only_what_is_permanent_and_new_is_told() {
    let system = System::without_store();
    let a = whose("a", None);
    let inner = &system.inner;
    assert!(
        inner
            .park_start(a.clone(), &StartError::NotRunning, Means::default())
            .is_none()
    );
    assert!(system.parked().is_empty());
    assert!(park(&system, &a, || panic!("it was replaced")));
    let since = system.parked()[0].since;
    assert!(!park(&system, &a, || {}));
    assert_eq!(system.parked()[0].since, since);
    assert!(system.unpark(&system.parked()[0]));
}

// T10: a server that has started is not parked any more, and nobody is told to start it again
#[tokio::test]
async fn a_start_that_succeeded_ends_it() {
    let system = System::without_store();
    let a = whose("a", None);
    park(&system, &a, || panic!("it runs already"));
    system.inner.parking.note_started(|| a.clone());
    assert!(system.parked().is_empty());
}

#[tokio::test]
async fn a_person_and_a_tool_can_read_it() {
    let since = std::time::SystemTime::UNIX_EPOCH + LONG;
    let crashed = Parked {
        since,
        ..{
            let system = System::new(MemoryAdapter::new());
            crash_from(&system, &stored("a"), 4);
            crash_from(&system, &stored("a"), 4).expect("it is the second")
        }
    };
    assert_eq!(
        crashed.to_string(),
        "Counter `a`, stored as `a`, is parked since 1970-01-01T00:01:00Z: it crashed 2 times after the restore of \
         revision 1.4, last with: told to"
    );
    assert_eq!(
        serde_json::to_string(&crashed).expect("it is data"),
        r#"{"kind":"Counter","name":"a","key":"a","since":60000,"cause":{"crashed":{"revision":"1.4","crashes":2,"message":"told to"}}}"#
    );
    let unstartable = Whose {
        key: None,
        kind: "Counter",
        name: None,
    };
    let cause = Cause::NotStartable { error: no_store() };
    let parked = unstartable.parked(since, cause);
    assert_eq!(
        parked.to_string(),
        "Counter is parked since 1970-01-01T00:01:00Z: it cannot start: a persistent Counter needs a system with a store"
    );
    let kind = StartErrorKind::NoStore;
    assert_eq!(
        serde_json::to_string(&parked).expect("it is data"),
        format!(
            r#"{{"kind":"Counter","name":null,"key":null,"since":60000,"cause":{{"not_startable":{{"kind":"{kind:?}","message":"a persistent Counter needs a system with a store"}}}}}}"#
        )
    );
}
