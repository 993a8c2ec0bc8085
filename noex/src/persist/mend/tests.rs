//! Which edits a server could be started from, and what is stored of them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::persist::config::Naming;
use crate::persist::record::seal;
use crate::persist::{PersistAttributes, PersistOptions};
use crate::store::{Epoch, NodeId};

/// Of servers that keep numbers by name, in version 2; whoever migrates from version 1 panics.
fn judge() -> Judge {
    const ATTRIBUTES: PersistAttributes = PersistAttributes {
        version: 2,
        kind: "Counter",
        max_age: Some(Duration::from_mins(1)),
        ..PersistAttributes::DEFAULT
    };
    let options = PersistOptions::new();
    let config = PersistConfig::resolve(&ATTRIBUTES, &options, Naming::AtStart);
    Judge {
        config: Arc::new(config.expect("nothing contradicts")),
        load: Box::new(|version, codec, state| {
            let _: BTreeMap<String, i64> = codec.decode(state)?;
            assert_ne!(version, 1, "version 1 is history");
            Ok(())
        }),
    }
}

fn key() -> Key {
    Key::new("a").expect("a valid key")
}

fn claim() -> Claim {
    Claim::new(NodeId::new(10), Epoch::new(7))
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A record that was made at second 5.
fn made() -> (RecordMeta, Record) {
    let sound = sound(&Edited::state("{\"total\":3}"));
    judge().record(&key(), &sound, claim(), None, ("1", None), at(5))
}

fn sound(edited: &Edited) -> Sound {
    judge().judge(&key(), edited).expect("it is sound")
}

fn refused(edited: &Edited) -> PersistenceError {
    judge().judge(&key(), edited).expect_err("it is not sound")
}

#[test]
fn a_state_is_of_this_version_unless_it_says_another() {
    let edited = Edited::state("{ \"total\" : 3 }\n");
    assert_eq!(
        sound(&edited),
        Sound {
            version: 2,
            codec: Codec::Json,
            state: b"{\"total\":3}".to_vec(),
            created_at: None
        }
    );
    let old = refused(&Edited::state_of_version(1, "{}"));
    assert!(
        matches!(old, PersistenceError::Migration { from: 1, to: 2, .. }),
        "{old}"
    );
    let newer = refused(&Edited::state_of_version(3, "{}"));
    assert!(
        matches!(newer, PersistenceError::NewerVersion { .. }),
        "{newer}"
    );
}

#[test]
fn a_record_keeps_when_it_was_made_and_needs_no_checksum() {
    let (meta, record) = made();
    let text = String::from_utf8(record.bytes.to_vec()).expect("it is text");
    let edited = Edited::record(text.replace("\"total\":3", "\"total\": 4"));
    let sound = sound(&edited);
    assert_eq!(sound.created_at, Some(meta.created_at));
    let (meta, again) = judge().record(
        &key(),
        &sound,
        claim(),
        Some(&record),
        ("2", None),
        at(1_000),
    );
    let unsealed = unseal(&again.bytes, &key()).expect("it is whole");
    assert_eq!(unsealed.meta, meta);
    assert_eq!(&*unsealed.state, b"{\"total\":4}");
    assert_eq!(meta.revision, Revision::new(Epoch::new(7), 2));
    assert_eq!((meta.created_at, meta.saved_at), (at(5), at(1_000)));
    assert_eq!(
        meta.expires_at,
        Some(at(1_060)),
        "its age begins with the edit"
    );
}

#[test]
fn another_servers_record_is_refused() {
    let (meta, _) = made();
    let with = |meta: RecordMeta| refused(&Edited::record(seal(&meta, b"{}")));
    let foreign = with(RecordMeta {
        key: Key::new("b").expect("a valid key"),
        ..meta.clone()
    });
    assert!(
        matches!(foreign, PersistenceError::Damaged { .. }),
        "{foreign}"
    );
    let kind = with(RecordMeta {
        kind: "Other".into(),
        ..meta.clone()
    });
    assert!(matches!(kind, PersistenceError::OtherKind { .. }), "{kind}");
    let newer = with(RecordMeta { version: 3, ..meta });
    assert!(
        matches!(newer, PersistenceError::NewerVersion { .. }),
        "{newer}"
    );
}

#[test]
fn nonsense_is_refused() {
    for text in ["", "nonsense", "[1,", "null", "{\"total\":\"many\"}"] {
        let state = refused(&Edited::state(text));
        assert!(
            matches!(state, PersistenceError::Undecodable { .. }),
            "{state}"
        );
        let record = refused(&Edited::record(text));
        assert!(
            matches!(record, PersistenceError::Damaged { .. }),
            "{record}"
        );
    }
}

#[test]
fn an_export_tells_what_is_whole_and_shows_what_is_not() {
    let (meta, record) = made();
    let whole = Exported::of(&key(), record.clone());
    assert_eq!(whole.meta, Ok(meta));
    assert_eq!(whole.state.as_deref(), Some("{\"total\":3}"));
    assert_eq!(whole.record, record.bytes);

    let text = String::from_utf8(record.bytes.to_vec()).expect("it is text");
    let bytes = Bytes::from(text.replace("\"total\":3", "\"total\":x"));
    let damaged = Exported::of(
        &key(),
        Record {
            bytes: bytes.clone(),
            ..record
        },
    );
    assert!(
        matches!(damaged.meta, Err(RecordError::Damaged { .. })),
        "{damaged:?}"
    );
    assert_eq!(damaged.state.as_deref(), Some("{\"total\":x}"));
    assert_eq!(damaged.record, bytes);
}
