//! A record that a person has edited: its checksum does not count, its order and its spaces do not matter.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::header::Header;
use super::{CHECKSUM, RecordError, Unsealed, split_at_state};

#[derive(Deserialize)]
struct WithState<'a> {
    #[serde(borrow)]
    state: &'a RawValue,
}

/// Reads a record without asking whether anything was changed.
pub(crate) fn read_edited(record: &Bytes) -> Result<Unsealed, RecordError> {
    let meta = Header::read(record)?.into_meta()?;
    let read = serde_json::from_slice::<WithState<'_>>(record);
    let WithState { state } = read.map_err(|error| RecordError::damaged(error.to_string()))?;
    Ok(Unsealed {
        meta,
        state: record.slice_ref(state.get().as_bytes()),
    })
}

/// The state in a record that may be damaged, as far as it can still be told apart.
pub(crate) fn state_in(record: &[u8]) -> Option<&[u8]> {
    let (_, state) = split_at_state(record)?;
    let end = state
        .windows(CHECKSUM.len())
        .rposition(|window| window == CHECKSUM)?;
    state.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"state": {"total": 3}, "format":1,"key":"a","kind":"Counter","version":2,
        "epoch":1,"number":4,"node":"0a","server":{"id":"7"},"codec":"json",
        "created_at":1000,"saved_at":2000,"active_at":2000,"checksum":"of another text"}"#;

    #[test]
    fn order_spaces_and_checksum_do_not_matter() {
        let read = read_edited(&Bytes::from_static(RECORD.as_bytes())).expect("it can be read");
        assert_eq!(&*read.state, br#"{"total": 3}"#);
        assert_eq!((read.meta.key.as_str(), read.meta.version), ("a", 2));
    }

    #[test]
    fn what_is_no_record_or_has_no_state_is_refused() {
        for (text, word) in [
            ("", "EOF"),
            ("{}", "missing field"),
            ("[1]", "invalid"),
            (&RECORD.replace("\"state\"", "\"states\""), "`state`"),
        ] {
            let error = read_edited(&Bytes::from(text.to_owned())).expect_err(text);
            assert!(error.to_string().contains(word), "{error}");
        }
        let newer = RECORD.replace("\"format\":1", "\"format\":2");
        let error = read_edited(&Bytes::from(newer)).expect_err("it is newer");
        assert!(matches!(error, RecordError::NewerFormat { found: 2, .. }));
    }

    #[test]
    fn the_state_of_a_damaged_record_is_what_lies_between() {
        let record = br#"{"for"at":1,"state":{"total":3},"checksum":"0123"#;
        assert_eq!(state_in(record), Some(&br#"{"total":3}"#[..]));
        assert_eq!(state_in(br#"{"format":1,"state":{"total":3}"#), None);
        assert_eq!(state_in(b"rubbish"), None);
    }
}
