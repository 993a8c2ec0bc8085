//! Steps that succeed, fail, and lead from nowhere.

use super::{LoadError, check_version, step, unknown_version};
use crate::persist::codec::{Codec, DecodeError};
use crate::persist::error::PersistenceError;
use crate::store::Key;

#[derive(Debug, PartialEq, serde::Deserialize)]
struct V1 {
    price: String,
}

#[derive(Debug, PartialEq)]
struct V2 {
    cents: u32,
}

#[derive(Debug, PartialEq)]
struct V3(u64);

impl TryFrom<V1> for V2 {
    type Error = std::num::ParseIntError;

    fn try_from(old: V1) -> Result<Self, Self::Error> {
        Ok(Self {
            cents: old.price.parse()?,
        })
    }
}

impl From<V2> for V3 {
    fn from(old: V2) -> Self {
        Self(old.cents.into())
    }
}

fn load(bytes: &str) -> Result<V3, LoadError> {
    let old: V1 = Codec::Json.decode(bytes.as_bytes())?;
    step::<V2, V3>(step(old, 1, 2)?, 2, 3)
}

// V1: an old state goes through every step in order, whether a step can fail or not
#[test]
fn an_old_state_goes_through_every_step() {
    assert_eq!(load(r#"{"price":"120"}"#), Ok(V3(120)));
}

// V1: a step that fails says between which versions, and why
#[test]
fn a_failed_step_names_its_versions_and_its_reason() {
    let error = load(r#"{"price":"cheap"}"#).expect_err("no number");
    let message = "invalid digit found in string".to_owned();
    assert_eq!(
        error,
        LoadError::Migration {
            from: 1,
            to: 2,
            message
        }
    );
    assert_eq!(
        error.to_string(),
        "the migration from version 1 to version 2 failed: invalid digit found in string"
    );
}

// V3: an old version's unknown fields are refused, too
#[test]
fn unknown_fields_of_an_old_version_are_refused() {
    let error = load(r#"{"price":"1","tax":7}"#);
    assert_eq!(
        error,
        Err(LoadError::UnknownFields {
            names: vec!["tax".to_owned()]
        })
    );
}

// V3: a newer version is refused by its number; one from which no step leads is another matter
#[test]
fn newer_versions_are_told_from_lost_ones() {
    assert_eq!(
        check_version(3, 2),
        Err(LoadError::NewerVersion { found: 3, known: 2 })
    );
    assert_eq!(check_version(2, 2), Ok(()));
    assert_eq!(check_version(1, 2), Ok(()));
    assert_eq!(
        unknown_version(1, 4),
        LoadError::NoMigration { found: 1, known: 4 }
    );
}

// S5, V3: damaged and undecodable records and failed migrations may be moved aside, what is newer never
#[test]
fn only_what_cannot_be_read_may_be_moved_aside() {
    let mismatch = DecodeError::Mismatch {
        path: String::new(),
        at: 0,
        message: "x".to_owned(),
    };
    let migration = LoadError::Migration {
        from: 1,
        to: 2,
        message: "x".to_owned(),
    };
    let moved = [mismatch.into(), migration];
    let kept = [
        LoadError::NewerVersion { found: 3, known: 2 },
        LoadError::NoMigration { found: 1, known: 3 },
        DecodeError::UnknownFields {
            names: vec!["tax".to_owned()],
        }
        .into(),
    ];
    assert!(moved.map(unreadable).iter().all(|unreadable| *unreadable));
    assert!(kept.map(unreadable).iter().all(|unreadable| !unreadable));
}

fn unreadable(error: LoadError) -> bool {
    PersistenceError::load(Key::new("order").expect("a key"), error).is_unreadable()
}
