//! What is made out of the durations that people write, and of what nothing can be made.

use super::*;

#[test]
fn what_was_meant_is_spelt_with_the_units() {
    for (words, meant) in [
        ("5 minutes", "5m"),
        ("1min", "1m"),
        ("5 m", "5m"),
        ("5S", "5s"),
        ("2 Hours 30 min", "2h 30m"),
        ("1day", "1d"),
        ("250 milliseconds", "250ms"),
        ("600", "600s"),
        ("0.5h", "30m"),
        ("1.5 hours", "90m"),
        ("1.0s", "1s"),
        ("1.5 weeks", "252h"),
        ("1month", "30d"),
        ("2 years", "730d"),
    ] {
        assert_eq!(spell_duration(words).as_deref(), Some(meant), "{words:?}");
    }
}

#[test]
fn what_has_no_meaning_is_not_spelt() {
    for words in [
        "",
        "0",
        ".",
        "-5s",
        "5s 3",
        "soon",
        "5M",
        "3 fortnights",
        "0 days",
        "0.1ms",
        "1.2.3s",
        "00:05",
        "200 years",
        "99999999999 weeks",
        "99999999999999999999.9s",
        "５s",
    ] {
        assert_eq!(spell_duration(words), None, "{words:?}");
    }
}

#[test]
fn there_are_many_words_for_off() {
    for words in ["off", "Off", "OFF", " never ", "none", "false"] {
        assert!(is_off(words), "{words:?}");
    }
    for words in ["", "0s", "offf", "on"] {
        assert!(!is_off(words), "{words:?}");
    }
}
