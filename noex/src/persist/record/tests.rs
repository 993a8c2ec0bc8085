//! Records sealed, read, mixed up, from the past and from the future.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::damage_tests::assert_damaged;
use super::millis::{from_unix_ms, to_whole_ms, unix_ms};
use super::{CHECKSUM, RecordError, RecordMeta, checksum, seal, stored, unseal, unseal_any};
use crate::persist::codec::Codec;
use crate::store::{Epoch, Key, NodeId, Revision};

pub(super) const FULL: &[u8] = include_bytes!("../../../../tests/fixtures/records/v1/full.json");
pub(super) const PLAIN: &[u8] = include_bytes!("../../../../tests/fixtures/records/v1/plain.json");
pub(super) const ODD: &[u8] = include_bytes!("../../../../tests/fixtures/records/v1/odd.json");

#[cfg(feature = "msgpack")]
pub(super) const PACKED: &[u8] =
    include_bytes!("../../../../tests/fixtures/records/v1/msgpack.bin");

fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

fn at(ms: i64) -> SystemTime {
    from_unix_ms(ms).expect("a time this platform can tell")
}

/// Every field there is.
pub(super) fn full() -> (RecordMeta, &'static [u8]) {
    let meta = RecordMeta {
        key: key("orders:5f0c"),
        kind: "Order".into(),
        version: 2,
        shape: Some(0x00ab_cdef_0123_4567),
        codec: Codec::Json,
        revision: Revision::new(Epoch::new(7), 42),
        node: NodeId::new(0x0123_4567_89ab_cdef_0011_2233_4455_6677),
        server_id: "17".into(),
        server_name: Some("5f0c".into()),
        created_at: at(1_790_000_000_123),
        saved_at: at(1_790_000_600_456),
        active_at: at(1_790_000_599_789),
        max_age: Some(Duration::from_hours(168)),
        max_idle: Some(Duration::from_mins(30)),
        expires_at: Some(at(1_790_002_399_789)),
    };
    (
        meta,
        br#"{"items":[["apple",2]],"status":{"Paid":{"at":12}}}"#,
    )
}

/// Nothing that can be left out.
fn plain() -> (RecordMeta, &'static [u8]) {
    let meta = RecordMeta {
        key: key("counter"),
        kind: "Counter".into(),
        version: 1,
        shape: None,
        codec: Codec::Json,
        revision: Revision::new(Epoch::new(1), 1),
        node: NodeId::new(1),
        server_id: "1".into(),
        server_name: None,
        created_at: at(0),
        saved_at: at(0),
        active_at: at(0),
        max_age: None,
        max_idle: None,
        expires_at: None,
    };
    (meta, br#"{"total":41}"#)
}

/// What could break a careless writer or reader: quotes, marks of the format itself, times before 1970, a bare state.
fn odd() -> (RecordMeta, &'static [u8]) {
    let meta = RecordMeta {
        key: key(r#"a"/b\,"state":{,"#),
        kind: "Grün<\u{1f980}>\u{1}".into(),
        version: u32::MAX,
        shape: Some(u64::MAX),
        codec: Codec::Json,
        revision: Revision::new(Epoch::new(u64::MAX), u64::MAX),
        node: NodeId::new(u128::MAX),
        server_id: String::new().into(),
        server_name: Some(r#","checksum":""#.into()),
        created_at: at(-1),
        saved_at: at(-1_500),
        active_at: at(253_402_300_799_999),
        max_age: Some(Duration::from_millis(1)),
        max_idle: None,
        expires_at: Some(at(-1_499)),
    };
    (meta, br#"",\"state\":""#)
}

/// A state of bytes: `total`, marks of the format itself within text, and `raw` bytes with an end of line.
#[cfg(feature = "msgpack")]
fn packed() -> (RecordMeta, &'static [u8]) {
    let meta = RecordMeta {
        codec: Codec::MessagePack,
        ..full().0
    };
    let state = b"\x83\xa5total\x29\xb3marks of the format\x92\xaa,\"state\":,\xae,\"checksum\":\"x\xa3raw\xc4\x03\xff\n\0";
    (meta, state)
}

/// What is said of a state, and the state.
type Whole = (RecordMeta, &'static [u8]);

/// Every kind of record there is, with its fixture.
pub(super) fn fixtures() -> Vec<(&'static [u8], Whole)> {
    vec![
        (FULL, full()),
        (PLAIN, plain()),
        (ODD, odd()),
        #[cfg(feature = "msgpack")]
        (PACKED, packed()),
    ]
}

pub(super) fn resealed(text: &str) -> Bytes {
    let (content, _) = text
        .rsplit_once(r#","checksum":""#)
        .expect("a sealed record");
    let mut record = [content.as_bytes(), CHECKSUM].concat();
    let digits = checksum(&record);
    record.extend_from_slice(&digits);
    record.extend_from_slice(b"\"}");
    record.into()
}

fn edited(from: &str, to: &str) -> Bytes {
    let (meta, state) = full();
    let text = String::from_utf8(seal(&meta, state).to_vec()).expect("text");
    assert!(text.contains(from), "{text}");
    resealed(&text.replace(from, to))
}

// A4: what was sealed is read back, every field and every byte of the state
#[test]
fn what_was_sealed_is_read_back() {
    for (_, (meta, state)) in fixtures() {
        let unsealed = unseal(&seal(&meta, state), &meta.key).expect("a whole record");
        assert_eq!(unsealed.meta, meta);
        assert_eq!(unsealed.state, state);
    }
}

// A4: records of format 1 are read by today's code, and today's code writes the very same bytes
#[test]
fn the_fixtures_of_format_1_are_read_and_written() {
    for (fixture, (meta, state)) in fixtures() {
        let unsealed = unseal(&Bytes::from_static(fixture), &meta.key).expect("a whole record");
        assert_eq!(unsealed.meta, meta);
        assert_eq!(unsealed.state, state);
        assert_eq!(
            seal(&meta, state),
            fixture,
            "{}",
            String::from_utf8_lossy(&seal(&meta, state))
        );
    }
}

// A4: a whole record that belongs to another key is told from a damaged one
#[test]
fn the_record_of_another_key_is_foreign() {
    let (meta, state) = full();
    let result = unseal(&seal(&meta, state), &key("orders:5f0d"));
    assert_eq!(result.err(), Some(RecordError::Foreign { found: meta.key }));
}

// A7: what a store keeps beside the bytes are copies of what they say
#[test]
fn a_store_is_given_copies_of_what_the_bytes_say() {
    let (meta, state) = full();
    let record = stored(&meta, state);
    assert_eq!(record.bytes, FULL);
    assert_eq!((record.revision, &*record.kind), (meta.revision, "Order"));
    assert_eq!(record.expires_at, Some(1_790_002_399_789));
    let (plain, state) = plain();
    assert_eq!(stored(&plain, state).expires_at, None);
}

// V3: a format newer than the code's is refused by its number, whatever else the record looks like
#[test]
fn a_newer_format_is_refused_by_its_number() {
    let layout = resealed(r#"{"format":3,"needs":[],"body":[{"state":1}],"checksum":""}"#);
    for record in [edited(r#""format":1"#, r#""format":3"#), layout] {
        let result = unseal_any(&record);
        assert_eq!(
            result.err(),
            Some(RecordError::NewerFormat { found: 3, known: 1 })
        );
    }
}

// A4: a number of a newer format without a checksum that holds is damage, not news
#[test]
fn a_newer_format_counts_only_under_its_checksum() {
    let (meta, state) = full();
    let text = String::from_utf8(seal(&meta, state).to_vec()).expect("text");
    assert_damaged(
        text.replace(r#""format":1"#, r#""format":2"#).into_bytes(),
        "format 2",
    );
}

// V3: features and codecs this code does not know are refused by name
#[test]
fn unknown_features_are_refused_by_name() {
    let needs = edited(r#""needs":[]"#, r#""needs":["encrypted","chunks"]"#);
    let codec = edited(r#""codec":"json""#, r#""codec":"cbor""#);
    let refused = |record| match unseal_any(&record) {
        Err(RecordError::UnknownFeatures { features }) => features,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(needs), ["encrypted", "chunks"]);
    assert_eq!(refused(codec), ["codec cbor"]);
}

// A7: a record is one line of JSON, its fields in the order of the format, the checksum last
#[test]
fn a_record_is_one_json_object_in_order() {
    for fixture in [FULL, PLAIN, ODD] {
        let _: serde_json::Value = serde_json::from_slice(fixture).expect("JSON");
        assert!(!fixture.contains(&b'\n'));
    }
    let text = std::str::from_utf8(FULL).expect("text");
    let order = [
        "format",
        "needs",
        "key",
        "kind",
        "version",
        "shape",
        "epoch",
        "number",
        "node",
        "server",
        "codec",
        "created_at",
        "saved_at",
        "active_at",
        "max_age",
        "max_idle",
        "expires_at",
        "state",
        "checksum",
    ];
    let places: Vec<_> = order
        .iter()
        .map(|field| text.find(&format!("\"{field}\":")).expect(field))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(places[0] == 1);
}

// A7: what a record says of a state that is no text stands on its first line
#[cfg(feature = "msgpack")]
#[test]
fn a_packed_state_stands_behind_a_line() {
    let end = PACKED
        .iter()
        .position(|byte| *byte == b'\n')
        .expect("a line");
    let line = [&PACKED[..end], b"}"].concat();
    let said: serde_json::Value = serde_json::from_slice(&line).expect("JSON");
    assert_eq!(
        (&said["codec"], &said["number"]),
        (&"msgpack".into(), &42.into())
    );
    let state = Codec::MessagePack
        .as_json(packed().1)
        .expect("it can be JSON");
    assert!(state.starts_with(r#"{"total":41,"#), "{state}");
}

// V3: a program without the codec, or older than it, tells what it lacks and leaves the record alone
#[cfg(not(feature = "msgpack"))]
#[test]
fn a_codec_that_was_left_out_is_told() {
    let record = include_bytes!("../../../../tests/fixtures/records/v1/msgpack.bin");
    let result = unseal_any(&Bytes::from_static(record));
    let features = vec!["codec msgpack".to_owned()];
    assert_eq!(
        result.err(),
        Some(RecordError::UnknownFeatures { features })
    );
}

// A7: tools find in a record what was put into it
#[test]
fn tools_find_the_fields() {
    let record: serde_json::Value = serde_json::from_slice(FULL).expect("JSON");
    assert_eq!(record["state"]["items"][0][0], "apple");
    assert_eq!(record["server"]["name"], "5f0c");
    assert_eq!(record["max_age"], 604_800_000);
    assert_eq!(record["saved_at"], 1_790_000_600_456_i64);
}

// S10: the age of a record from the future is nothing
#[test]
fn an_age_is_never_negative() {
    let (meta, _) = full();
    assert_eq!(
        meta.age(meta.saved_at + Duration::from_secs(3)),
        Duration::from_secs(3)
    );
    assert_eq!(
        meta.age(meta.saved_at - Duration::from_secs(3)),
        Duration::ZERO
    );
}

// A4: times are kept to the millisecond, before 1970 as after it
#[test]
fn times_are_rounded_down_to_milliseconds() {
    let just_after = SystemTime::UNIX_EPOCH + Duration::from_micros(1_999);
    let just_before = SystemTime::UNIX_EPOCH - Duration::from_micros(1_001);
    assert_eq!((unix_ms(just_after), unix_ms(just_before)), (1, -2));
    assert_eq!(to_whole_ms(just_after), at(1));
    for ms in [0, 1, -1, 1_790_000_000_123, -62_135_596_800_000] {
        assert_eq!(unix_ms(at(ms)), ms);
    }
}

// A4: a sealed record with a time no clock can tell is refused, not a panic
#[test]
fn impossible_values_are_refused() {
    let max = i64::MAX.to_string();
    for record in [
        edited("\"node\":\"0123", "\"node\":\"wxyz"),
        edited("\"shape\":\"00ab", "\"shape\":\"-0ab"),
        edited("\"version\":2", "\"version\":-2"),
        edited("\"key\":\"orders:5f0c\"", "\"key\":\"\""),
        edited("\"max_age\":604800000", "\"max_age\":1.5"),
    ] {
        assert_damaged(record.to_vec(), &String::from_utf8_lossy(&record));
    }
    let far = edited(
        "\"created_at\":1790000000123",
        &format!("\"created_at\":{max}"),
    );
    let read = unseal_any(&far).map(|unsealed| unix_ms(unsealed.meta.created_at));
    assert!(matches!(
        read,
        Ok(i64::MAX) | Err(RecordError::Damaged { .. })
    ));
}
