//! Records of every sort through a file and back.

use super::*;

const SEALED: &[u8] = include_bytes!("../../../../../tests/fixtures/records/v1/full.json");

fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

fn file(parts: &Parts) -> Bytes {
    [&parts.line[..], &parts.bytes].concat().into()
}

fn sealed() -> (Key, Record) {
    let content = read(&Bytes::from_static(SEALED))
        .expect("it is whole")
        .expect("it is there");
    (content.key.expect("it tells its key"), content.record)
}

fn opaque(bytes: impl Into<Bytes>) -> Record {
    Record::new(Revision::new(Epoch::new(7), 42), "a kind", bytes).expiring(-5)
}

// A7: the file of a sealed record is that record and nothing else
#[test]
fn a_sealed_record_is_its_file() {
    let (key, record) = sealed();
    assert_eq!(record.revision, Revision::new(Epoch::new(7), 42));
    assert_eq!(
        (&*record.kind, record.expires_at),
        ("Order", Some(1_790_002_399_789))
    );
    assert_eq!(file(&written(&key, &record, true)), SEALED);
    assert_eq!(file(&written(&key, &record, false)), SEALED);
}

// A4: whatever is stored comes back, also what looks like something else
#[test]
fn every_record_comes_back() {
    let (sealed_key, sealed) = sealed();
    let lined = file(&written(&key("k"), &opaque("x"), true));
    let others = [
        opaque(""),
        opaque("text"),
        opaque(vec![0, 255, b'\n']),
        opaque(SEALED),
        opaque(NOTHING),
        opaque(lined.clone()),
        opaque(lined.slice(..lined.len() - 1)),
        opaque(&SEALED[1..]),
        Record::new(sealed.revision, "Another", sealed.bytes.clone()).expiring(sealed.expires_at),
        Record::new(sealed.revision, sealed.kind.clone(), sealed.bytes.clone()),
        sealed,
    ];
    for record in others {
        for (key, named) in [
            (key("k"), true),
            (key("k"), false),
            (sealed_key.clone(), false),
        ] {
            let parts = written(&key, &record, named);
            let content = read(&file(&parts))
                .expect("it is whole")
                .expect("it is there");
            assert_eq!(content.record, record);
            assert!(named || content.key == Some(key));
        }
    }
}

// S5: bytes that are damaged can be copied as they are, and found again
#[test]
fn a_damaged_record_is_handed_over_as_it_is() {
    let bytes = Bytes::from_static(&SEALED[1..]);
    let content = read(&bytes)
        .expect("no line is damaged")
        .expect("it is there");
    assert_eq!((content.key, &content.record.bytes), (None, &bytes));
    assert_eq!(content.record.revision.epoch, Epoch::default());
    assert_eq!(file(&written(&key("copy"), &content.record, true)), bytes);
    let other = read(&bytes.slice(1..))
        .expect("no line is damaged")
        .expect("it is there");
    assert_ne!(other.record.revision, content.record.revision);
}

// A4: a flipped bit in a file, wherever it is, never gives back the record it was
#[test]
fn every_flipped_bit_is_noticed() {
    let (sealed_key, sealed) = sealed();
    for (key, record) in [(sealed_key, sealed), (key("k"), opaque("some text"))] {
        let whole = file(&written(&key, &record, true));
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_not_whole(bytes, &whole, &format!("bit {bit}"));
        }
        for end in 0..whole.len() {
            assert_not_whole(
                whole[..end].to_vec(),
                &whole,
                &format!("the first {end} bytes"),
            );
        }
    }
}

/// Either the file is said to be damaged, or its bytes are handed over as those of no record there ever was.
fn assert_not_whole(bytes: Vec<u8>, whole: &Bytes, what: &str) {
    let bytes = Bytes::from(bytes);
    assert_ne!(bytes, whole);
    if let Ok(content) = read(&bytes) {
        let content = content.expect("it is there");
        assert_eq!(
            (content.key, content.record.revision.epoch),
            (None, Epoch::default()),
            "{what}"
        );
        assert_eq!(content.record.bytes, bytes, "{what}");
    }
}

// A1: a shortened name's key is read from its file, though the file be damaged elsewhere
#[test]
fn the_key_is_read_from_damaged_files_too() {
    let (sealed_key, sealed) = sealed();
    assert_eq!(key_in(&sealed.bytes), Some(sealed_key.clone()));
    assert_eq!(
        key_in(&sealed.bytes[..sealed.bytes.len() / 2]),
        Some(sealed_key)
    );
    let odd = key("a\"/\\\u{1}ä");
    assert_eq!(key_in(&file(&written(&odd, &opaque("x"), true))), Some(odd));
    assert_eq!(key_in(b"{}"), None);
    assert_eq!(key_in(b"{\"key\":17}"), None);
}
