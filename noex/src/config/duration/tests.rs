//! Words and durations, by the table that the attributes are tested with, too.

use super::*;

#[test]
fn durations_are_those_of_the_attributes() {
    let table: [(&str, Result<u64, &str>); _] = include!("table.rs");
    for (text, expected) in table {
        let found = parse_duration(text).map_err(|fault| format!("{fault:?}"));
        let expected = expected
            .map(Duration::from_millis)
            .map_err(ToOwned::to_owned);
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn a_duration_is_read_as_it_is_written() {
    for (text, written) in [
        ("500ms", "500ms"),
        ("90s", "1m 30s"),
        ("2w", "14d"),
        ("36500d", "36500d"),
        ("1d 1h 1m 1s 1ms", "1d 1h 1m 1s 1ms"),
    ] {
        let duration = parse_duration(text).expect("a duration");
        assert_eq!(words(duration), written);
        assert_eq!(parse_duration(written), Ok(duration));
    }
    assert_eq!(words(Duration::from_micros(999)), "0ms");
}
