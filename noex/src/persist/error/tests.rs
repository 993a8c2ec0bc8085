//! What the errors say, and to which failure of a record they belong.

use std::error::Error;
use std::time::Duration;

use super::PersistenceError;
use crate::persist::codec::{DecodeError, EncodeError};
use crate::persist::migrate::LoadError;
use crate::persist::record::RecordError;
use crate::store::{Key, StoreError};

fn key() -> Key {
    Key::new("orders:17").expect("a key")
}

type Expected = (PersistenceError, bool, bool);

/// One of each, with whether it has a source and whether its record may be moved aside.
fn every() -> Vec<Expected> {
    [unsealing(), loading(), living()].concat()
}

fn unsealing() -> Vec<Expected> {
    let features = vec!["x".to_owned()];
    let of = |error| PersistenceError::record(key(), error);
    vec![
        (of(RecordError::damaged("x")), true, true),
        (of(RecordError::Foreign { found: key() }), true, true),
        (
            of(RecordError::NewerFormat { found: 2, known: 1 }),
            true,
            false,
        ),
        (of(RecordError::UnknownFeatures { features }), true, false),
    ]
}

fn loading() -> Vec<Expected> {
    let (text, names) = (|| "x".to_owned(), vec!["x".to_owned()]);
    let source = DecodeError::Mismatch {
        path: text(),
        at: 1,
        message: text(),
    };
    let of = |error| PersistenceError::load(key(), error);
    vec![
        (
            of(LoadError::NewerVersion { found: 3, known: 2 }),
            false,
            false,
        ),
        (
            of(LoadError::NoMigration { found: 1, known: 3 }),
            false,
            false,
        ),
        (of(LoadError::UnknownFields { names }), false, false),
        (
            of(LoadError::Migration {
                from: 1,
                to: 2,
                message: text(),
            }),
            false,
            true,
        ),
        (of(LoadError::Decode { source }), true, true),
    ]
}

fn living() -> Vec<Expected> {
    use PersistenceError as E;
    let (text, hour) = (|| "x".to_owned(), Duration::from_hours(1));
    let source = EncodeError::Failed {
        kind: text(),
        path: text(),
        message: text(),
    };
    vec![
        (
            E::Stale {
                key: key(),
                age: 2 * hour,
                max_age: hour,
            },
            false,
            false,
        ),
        (
            E::ClockSkew {
                key: key(),
                by: hour,
            },
            false,
            false,
        ),
        (
            E::OtherKind {
                key: key(),
                found: text(),
                expected: text(),
            },
            false,
            false,
        ),
        (E::Encode { key: key(), source }, true, false),
        (
            E::Store {
                key: key(),
                source: StoreError::Closed,
            },
            true,
            false,
        ),
        (E::Fenced { key: key() }, false, false),
        (
            E::Hook {
                key: key(),
                hook: "on_restore",
                message: text(),
            },
            false,
            false,
        ),
        (
            E::Quarantined {
                key: key(),
                copy: key(),
                reason: text(),
            },
            false,
            false,
        ),
    ]
}

// H3: each failure is told in one line that names the record's key, with its cause behind it
#[test]
fn each_failure_names_its_key_in_one_line() {
    for (error, has_source, _) in every() {
        let message = error.to_string();
        assert!(
            message.contains("`orders:17`") && !message.contains('\n'),
            "{message}"
        );
        assert!(
            message.starts_with(char::is_lowercase) && !message.ends_with('.'),
            "{message}"
        );
        assert_eq!(error.source().is_some(), has_source, "{message}");
        assert_eq!(error.key(), &key());
    }
}

// S5: only damaged and undecodable records and failed migrations may be moved aside
#[test]
fn only_what_is_unreadable_may_be_moved_aside() {
    for (error, _, unreadable) in every() {
        assert_eq!(error.is_unreadable(), unreadable, "{error}");
    }
}

// S3: an expired record is told with its age and its limit as a person would say them
#[test]
fn ages_are_told_in_words() {
    let age = Duration::from_millis(26 * 3_600_000 + 1_234);
    let stale = PersistenceError::Stale {
        key: key(),
        age,
        max_age: Duration::from_hours(24),
    };
    assert_eq!(
        stale.to_string(),
        "the record of `orders:17` is 1day 2h 1s old, its `max_age` is 1day"
    );
    let skew = PersistenceError::ClockSkew {
        key: key(),
        by: Duration::from_micros(250_900),
    };
    let told = "the record of `orders:17` was saved 250ms in the future: a clock was set back";
    assert_eq!(skew.to_string(), told);
}
