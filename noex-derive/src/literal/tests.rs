use super::*;

#[test]
fn durations_are_numbers_with_units() {
    assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
    assert_eq!(parse_duration("30s"), Ok(Duration::from_secs(30)));
    assert_eq!(parse_duration("5m"), Ok(Duration::from_mins(5)));
    assert_eq!(parse_duration("7d"), Ok(Duration::from_hours(7 * 24)));
    assert_eq!(parse_duration("2w"), Ok(Duration::from_hours(14 * 24)));
    assert_eq!(parse_duration("1h 30m"), Ok(Duration::from_mins(90)));
    assert_eq!(parse_duration(" 1h30m "), Ok(Duration::from_mins(90)));
}

#[test]
fn anything_else_is_none() {
    for words in [
        "",
        " ",
        "5",
        "s",
        "5 minutes",
        "5 m",
        "-5s",
        "1.5h",
        "5S",
        "5s,",
        "off",
        "５s",
    ] {
        assert_eq!(
            parse_duration(words),
            Err(DurationFault::NotADuration),
            "{words:?}"
        );
    }
}

#[test]
fn nothing_and_too_much_are_refused() {
    assert_eq!(parse_duration("0s"), Err(DurationFault::Zero));
    assert_eq!(parse_duration("0d 0h"), Err(DurationFault::Zero));
    assert_eq!(
        parse_duration("99999999999999999999s"),
        Err(DurationFault::TooLong)
    );
    assert_eq!(parse_duration("4294967295w"), Err(DurationFault::TooLong));
    assert_eq!(parse_duration("36501d"), Err(DurationFault::TooLong));
    assert!(parse_duration("36500d").is_ok());
}

#[test]
fn a_key_is_a_template_over_the_name() {
    assert_eq!(check_key("{name}"), Ok(()));
    assert_eq!(check_key("counters/{name}/v1"), Ok(()));
    assert_eq!(check_key("the-counter"), Ok(()));
    assert_eq!(check_key("{family}:{name}"), Ok(()));
    assert_eq!(check_key("{{{name}}}"), Ok(()));
    assert_eq!(check_key("{{}}"), Ok(()));
    assert_eq!(check_key(""), Err(KeyFault::Empty));
    assert_eq!(
        check_key("{nam}"),
        Err(KeyFault::UnknownPlaceholder("nam".to_owned()))
    );
    assert_eq!(
        check_key("{}"),
        Err(KeyFault::UnknownPlaceholder(String::new()))
    );
    assert_eq!(check_key("{name"), Err(KeyFault::OpenBrace));
    assert_eq!(check_key("name}"), Err(KeyFault::OpenBrace));
    assert_eq!(check_key("a\0b"), Err(KeyFault::Zero));
    assert_eq!(check_key(&"k".repeat(1025)), Err(KeyFault::TooLong));
}

#[test]
fn durations_are_those_of_configuration_files() {
    let table: [(&str, Result<u64, &str>); _] =
        include!("../../../noex/src/config/duration/table.rs");
    for (text, expected) in table {
        let found = parse_duration(text).map_err(|fault| format!("{fault:?}"));
        let expected = expected
            .map(Duration::from_millis)
            .map_err(ToOwned::to_owned);
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn what_was_meant_is_told_as_for_configuration_files() {
    assert_eq!(
        include_str!("meant.rs"),
        include_str!("../../../noex/src/config/duration/meant.rs")
    );
    assert_eq!(
        include_str!("meant/tests.rs"),
        include_str!("../../../noex/src/config/duration/meant/tests.rs")
    );
}
