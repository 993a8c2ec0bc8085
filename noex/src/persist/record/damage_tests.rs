//! Records with bits flipped, bytes lost, added and exchanged.

use super::tests::{FULL, fixtures, full, resealed};
use super::{RecordError, seal, unseal_any};

// A4: whichever single bit of a record is flipped, in its metadata, its state or its checksum, is noticed
#[test]
fn every_flipped_bit_is_noticed() {
    for (fixture, _) in fixtures() {
        for bit in 0..fixture.len() * 8 {
            let mut record = fixture.to_vec();
            record[bit / 8] ^= 1 << (bit % 8);
            assert_damaged(record, &format!("bit {bit}"));
        }
    }
}

// A4: a record cut short anywhere, at its end or at its beginning, is noticed
#[test]
fn every_missing_end_is_noticed() {
    for len in 0..FULL.len() {
        assert_damaged(FULL[..len].to_vec(), &format!("the first {len} bytes"));
        assert_damaged(
            FULL[FULL.len() - len..].to_vec(),
            &format!("the last {len} bytes"),
        );
    }
}

// A4: a byte taken out, put in or put behind is noticed wherever it is
#[test]
fn every_missing_and_every_foreign_byte_is_noticed() {
    for place in 0..=FULL.len() {
        for foreign in [b'0', b' ', b'\n', b'"', b'}', 0, 255] {
            let mut record = FULL.to_vec();
            record.insert(place, foreign);
            assert_damaged(record, &format!("{foreign} at {place}"));
        }
        let mut record = FULL.to_vec();
        if place < record.len() {
            record.remove(place);
            assert_damaged(record, &format!("{place} taken out"));
        }
    }
}

// A4: the head of one record with the tail of another is noticed
#[test]
fn a_mixture_of_two_records_is_noticed() {
    let (mut meta, state) = full();
    meta.revision.number += 1;
    let newer = seal(&meta, state);
    for cut in 1..FULL.len() - 1 {
        let mixed = [&FULL[..cut], &newer[cut..]].concat();
        if mixed != FULL && mixed != newer {
            assert_damaged(mixed, &format!("cut at {cut}"));
        }
    }
}

// A4: bytes that never were a record are damaged, not a panic
#[test]
fn foreign_bytes_are_no_record() {
    let whole_but_empty = resealed(r#"{},"checksum":""}"#);
    let no_header = resealed(r#"nonsense,"checksum":""}"#);
    for bytes in [
        &b""[..],
        b"{}",
        b"null",
        b"\"}",
        b"SQLite format 3\0",
        &whole_but_empty,
        &no_header,
    ] {
        assert_damaged(bytes.to_vec(), &String::from_utf8_lossy(bytes));
    }
}

pub(super) fn assert_damaged(record: Vec<u8>, what: &str) {
    let result = unseal_any(&record.into());
    assert!(
        matches!(result, Err(RecordError::Damaged { .. })),
        "{what}: {result:?}"
    );
}
