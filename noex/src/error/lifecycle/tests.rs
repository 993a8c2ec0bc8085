//! Which start can never succeed by itself.

use super::*;
use crate::persist::{DecodeError, RecordError};
use crate::store::StoreError;

fn key() -> Key {
    Key::new("a").expect("a valid key")
}

fn restore(source: PersistenceError) -> StartError {
    StartError::Restore { source }
}

fn store(source: StoreError) -> StartError {
    restore(PersistenceError::Store { key: key(), source })
}

fn in_a_supervisor(error: StartError) -> StartError {
    StartError::Child {
        supervisor: "shop".into(),
        child: "a".into(),
        source: Box::new(error),
    }
}

fn hook() -> PersistenceError {
    PersistenceError::Hook {
        key: key(),
        hook: "on_restore",
        message: "no".to_owned(),
    }
}

#[test]
fn what_no_record_and_no_configuration_allows_is_permanent() {
    let (kind, name, server) = ("Counter", Arc::from("a"), Arc::from("Counter `a`"));
    let source = KeyError::NoKey;
    let configuration = StartError::Configuration {
        kind,
        source: ConfigError {
            mistakes: Vec::new(),
        },
    };
    for error in [
        StartError::NoKey { kind },
        StartError::InvalidKey { kind, name, source },
        StartError::NoStore { kind },
        configuration,
        StartError::AlreadyStored { key: key() },
        StartError::SameChild {
            supervisor: "shop".into(),
            child: "a".into(),
        },
        in_a_supervisor(StartError::NoKey { kind }),
        StartError::Parked {
            server,
            crashes: 3,
            message: "again".into(),
        },
    ] {
        assert!(error.is_permanent(), "{error}");
    }
}

#[test]
fn a_record_that_is_refused_is_permanent() {
    let damaged = RecordError::damaged("a byte");
    let newer = RecordError::NewerFormat { found: 2, known: 1 };
    let mismatch = DecodeError::Mismatch {
        path: String::new(),
        at: 0,
        message: "no".to_owned(),
    };
    let (found, known) = (3, 2);
    let names = vec!["price".to_owned()];
    for source in [
        PersistenceError::record(key(), damaged),
        PersistenceError::record(key(), newer),
        PersistenceError::OtherKind {
            key: key(),
            found: "A".to_owned(),
            expected: "B".to_owned(),
        },
        PersistenceError::NewerVersion {
            key: key(),
            found,
            known,
        },
        PersistenceError::NoMigration {
            key: key(),
            found,
            known,
        },
        PersistenceError::UnknownFields { key: key(), names },
        PersistenceError::Migration {
            key: key(),
            from: 1,
            to: 2,
            message: "no".to_owned(),
        },
        PersistenceError::Undecodable {
            key: key(),
            source: mismatch,
        },
    ] {
        assert!(restore(source.clone()).is_permanent(), "{source}");
    }
    let refused = StoreError::InvalidKey {
        key: "a".into(),
        reason: "no".into(),
    };
    assert!(store(refused).is_permanent());
}

#[test]
fn what_may_be_gone_at_the_next_try_is_not() {
    let (kind, name) = ("Counter", Arc::<str>::from("a"));
    let server = Arc::<str>::from("Counter `a`");
    let message = Arc::<str>::from("no");
    for error in [
        StartError::NameTaken { kind, name },
        StartError::KeyInUse {
            key: key(),
            by: "another".into(),
        },
        StartError::Save { source: hook() },
        StartError::NotStored { key: key() },
        StartError::Hook {
            server: server.clone(),
            hook: "init",
            message: message.clone(),
        },
        StartError::Panicked {
            server: server.clone(),
            message,
        },
        StartError::TimedOut {
            server,
            after: Duration::from_secs(5),
        },
        StartError::NotRunning,
        in_a_supervisor(StartError::NotRunning),
        restore(hook()),
        restore(PersistenceError::Fenced { key: key() }),
        store(StoreError::Closed),
        store(StoreError::rejected("it is full")),
        store(StoreError::uncertain("it was cut off")),
    ] {
        assert!(!error.is_permanent(), "{error}");
    }
}
