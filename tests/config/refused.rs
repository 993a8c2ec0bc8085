//! What is refused in a file, and in which words.

use noex::config::ServerConfig;

use super::{servers, wrong};

/// What is wrong with one line in the section of the ledger.
fn wrong_line(line: &str) -> String {
    let wrong = wrong(&format!("[servers.ledger]\n{line}"));
    let [mistake] = wrong.as_slice() else {
        panic!("`{line}`: {wrong:?}");
    };
    mistake.trim_start_matches("servers.ledger.").to_owned()
}

/// What is wrong with one line in what the section says of persistence.
fn wrong_persist(line: &str) -> String {
    let mistake = wrong_line(&format!("[servers.ledger.persist]\n{line}"));
    mistake.trim_start_matches("persist.").to_owned()
}

#[test]
fn unknown_options_come_with_the_similar_one() {
    for (line, told) in [
        (
            "mailbx = 1",
            "mailbx: unknown option, a similar one exists: `mailbox`",
        ),
        (
            "persits = {}",
            "persits: unknown option, a similar one exists: `persist`",
        ),
        (
            "frobnicate = 1",
            "frobnicate: unknown option, the options are `mailbox`, `call_timeout`, `start_timeout`, \
             `shutdown_timeout`, `idle_timeout`, `inline`, `persist`",
        ),
        (
            "\"a.b\" = 1",
            "\"a.b\": unknown option, the options are `mailbox`, `call_timeout`, `start_timeout`, \
             `shutdown_timeout`, `idle_timeout`, `inline`, `persist`",
        ),
    ] {
        assert_eq!(wrong_line(line), told);
    }
    assert_eq!(
        wrong_persist("intervall = \"5s\""),
        "intervall: unknown option, a similar one exists: `interval`"
    );
}

#[test]
fn options_in_the_wrong_table_are_sent_to_the_right_one() {
    assert_eq!(
        wrong_line("interval = \"5s\""),
        "interval: it belongs to `servers.ledger.persist`"
    );
    assert_eq!(
        wrong_persist("mailbox = 3"),
        "mailbox: it belongs to `servers.ledger`"
    );
}

#[test]
fn options_of_one_server_are_not_said_of_all() {
    let told = wrong("[servers.persist]\ninterval = \"5s\"");
    assert_eq!(
        told,
        [
            "servers.persist: no server has this name, the servers are `board`, `ledger`",
            "servers.persist.interval: it belongs to `servers.<the server>.persist`",
        ]
    );
}

#[test]
fn options_are_known_by_their_other_names() {
    assert_eq!(
        wrong_line("capacity = 10"),
        "capacity: unknown option, write `mailbox`"
    );
    assert_eq!(
        wrong_persist("ttl = \"7d\""),
        "ttl: unknown option, write `max_age` or `max_idle`"
    );
}

#[test]
fn what_belongs_to_the_code_is_no_matter_of_files() {
    for option in [
        "protocol",
        "env",
        "args",
        "init",
        "on_start",
        "terminate",
        "crate",
    ] {
        let told = format!("{option}: it belongs to the code, only the type's attribute says it");
        assert_eq!(wrong_line(&format!("{option} = 1")), told);
    }
    for option in [
        "version",
        "migrate",
        "shape",
        "kind",
        "codec",
        "before_persist",
        "after_persist",
        "on_restore",
        "on_error",
    ] {
        let told = format!("{option}: it belongs to the code, only the type's attribute says it");
        assert_eq!(wrong_persist(&format!("{option} = 1")), told);
    }
}

#[test]
fn durations_are_numbers_with_units() {
    for (line, told) in [
        (
            "call_timeout = \"5 minutes\"",
            "call_timeout: `5 minutes` is not a duration: write a number and a unit (ms, s, m, h, d or w), as in \"5m\"",
        ),
        (
            "idle_timeout = \"never\"",
            "idle_timeout: `never` is not a duration: write \"off\"",
        ),
        (
            "idle_timeout = \"Off\"",
            "idle_timeout: `Off` is not a duration: write \"off\"",
        ),
        (
            "idle_timeout = \"soon\"",
            "idle_timeout: `soon` is not a duration: write a number and a unit (ms, s, m, h, d or w), as in \"5m\", or \"off\"",
        ),
        (
            "idle_timeout = \"0.5h\"",
            "idle_timeout: `0.5h` is not a duration: write a number and a unit (ms, s, m, h, d or w), as in \"30m\", or \"off\"",
        ),
        (
            "call_timeout = \"600\"",
            "call_timeout: `600` is not a duration: write a number and a unit (ms, s, m, h, d or w), as in \"600s\"",
        ),
        (
            "start_timeout = \"0s\"",
            "start_timeout: `start_timeout` cannot be zero",
        ),
        (
            "shutdown_timeout = \"101w 99999d\"",
            "shutdown_timeout: `101w 99999d` is longer than a hundred years",
        ),
        (
            "call_timeout = 5",
            "call_timeout: it takes a duration, as in \"5s\", not a number",
        ),
        (
            "call_timeout = \"off\"",
            "call_timeout: it cannot be off: write a number and a unit (ms, s, m, h, d or w), as in \"5m\"",
        ),
        (
            "idle_timeout = false",
            "idle_timeout: `false` is not a duration: write \"off\"",
        ),
        (
            "idle_timeout = true",
            "idle_timeout: it takes a duration, as in \"5m\", or \"off\", not a boolean",
        ),
        (
            "call_timeout = false",
            "call_timeout: it cannot be off: write a number and a unit (ms, s, m, h, d or w), as in \"5m\"",
        ),
        (
            "idle_timeout = 00:10:00",
            "idle_timeout: it takes a duration, as in \"5m\", or \"off\", not a date or a time",
        ),
    ] {
        assert_eq!(wrong_line(line), told);
    }
}

#[test]
fn values_of_other_types_are_refused() {
    for (line, told) in [
        ("mailbox = 0", "mailbox: `mailbox` cannot be zero"),
        (
            "mailbox = 9999999999999",
            "mailbox: `9999999999999` is more than a mailbox can hold: write at most 1000000000",
        ),
        (
            "mailbox = -1",
            "mailbox: it takes a whole number, as in 1024, not a negative number",
        ),
        (
            "mailbox = 1.5",
            "mailbox: it takes a whole number, as in 1024, not a number with a fraction",
        ),
        (
            "mailbox = \"1024\"",
            "mailbox: it takes a whole number, as in 1024, not a string",
        ),
        (
            "inline = \"true\"",
            "inline: it takes `true` or `false`, not a string",
        ),
        ("persist = true", "persist: it takes a table, not a boolean"),
        (
            "persist = [1, [2]]",
            "persist: it takes a table, not a list",
        ),
    ] {
        assert_eq!(wrong_line(line), told);
    }
    for (line, told) in [
        ("key = {}", "key: it takes a string, not a table"),
        (
            "on_unreadable = \"ignore\"",
            "on_unreadable: `ignore` is not one of its values: write \"fail\" or \"quarantine\"",
        ),
        (
            "snapshot = 1",
            "snapshot: it takes \"inline\" or \"clone\", not a number",
        ),
    ] {
        assert_eq!(wrong_persist(line), told);
    }
}

// S7: a template of the key that makes none is refused
#[test]
fn templates_are_checked() {
    for (line, told) in [
        ("key = \"\"", "key: the `key` template is empty"),
        (
            "key = \"a/{nam}\"",
            "key: the `key` template `a/{nam}` holds the unknown placeholder `{nam}`, known are `{name}` and `{family}`",
        ),
        (
            "key = \"{family}/{name}\"",
            "key: the `key` template `{family}/{name}` names a family, but the server is in none",
        ),
    ] {
        assert_eq!(wrong_persist(line), told);
    }
}

#[test]
fn contradictions_with_the_attribute_say_so() {
    for (line, told) in [
        (
            "interval = \"8d\"",
            "interval: `max_age` (7d, in the attribute) is not longer than `interval` (8d)",
        ),
        (
            "max_idle = \"30s\"",
            "max_idle: `max_idle` (30s) is not longer than `interval` (30s, in the attribute)",
        ),
        (
            "interval = \"2h\"\nmax_age = \"1h\"",
            "max_age: `max_age` (1h) is not longer than `interval` (2h)",
        ),
        (
            "max_age = \"off\"",
            "max_age: `cleanup_interval` (1h, in the attribute) has no effect without `max_age` or `max_idle`; \
             write `cleanup_interval = \"off\"`, too",
        ),
        (
            "delete_on_stop = true\nsave_on_stop = true",
            "delete_on_stop: `delete_on_stop = true` contradicts `save_on_stop = true`",
        ),
    ] {
        assert_eq!(wrong_persist(line), told);
    }
}

#[test]
fn a_server_that_is_not_stored_has_no_options_of_persistence() {
    assert_eq!(
        wrong("[servers.board.persist]\ninterval = \"5s\""),
        [
            "servers.board.persist.interval: `Board` is not persistent: its type has no `#[persist(..)]`"
        ]
    );
    assert!(wrong("[servers.board.persist]").is_empty());
}

#[test]
fn all_mistakes_are_told_at_once_by_their_paths() {
    let mistakes = wrong(
        r#"
        [servers.ledger]
        mailbx = 1
        call_timeout = 5
        [servers.ledger.persist]
        interval = "8d"
        key = "{"
        [servers.board]
        mailbox = 0
        [servers.lodger]
        idle_timeout = "0s"
        "#,
    );
    assert_eq!(
        mistakes,
        [
            "servers.board.mailbox: `mailbox` cannot be zero",
            "servers.ledger.call_timeout: it takes a duration, as in \"5s\", not a number",
            "servers.ledger.mailbx: unknown option, a similar one exists: `mailbox`",
            "servers.ledger.persist.interval: `max_age` (7d, in the attribute) is not longer than `interval` (8d)",
            "servers.ledger.persist.key: the `key` template `{` holds a lone bracket; write it twice to mean the bracket itself",
            "servers.lodger: no server has this name, a similar one exists: `ledger`",
            "servers.lodger.idle_timeout: `idle_timeout` cannot be zero",
        ]
    );
}

#[test]
fn a_mistake_brings_no_other_with_it() {
    for (line, told) in [
        (
            "interval = \"5 s\"\nmax_age = \"20s\"",
            "interval: `5 s` is not a duration: write a number and a unit (ms, s, m, h, d or w), as in \"5s\", or \"off\"",
        ),
        (
            "intervall = \"5s\"\nmax_age = \"20s\"",
            "intervall: unknown option, a similar one exists: `interval`",
        ),
        (
            "interval = \"8d\"\nmax_age = \"off\"\nttl = \"30d\"",
            "ttl: unknown option, write `max_age` or `max_idle`",
        ),
        (
            "max_age = \"off\"\nmax_idle = 5",
            "max_idle: it takes a duration, as in \"5m\", or \"off\", not a number",
        ),
        (
            "delete_on_stop = true\nsave_on_stop = \"true\"",
            "save_on_stop: it takes `true` or `false`, not a string",
        ),
    ] {
        assert_eq!(wrong_persist(line), told);
    }
    let misplaced = "interval = \"5s\"\n[servers.ledger.persist]\nmax_age = \"20s\"";
    assert_eq!(
        wrong_line(misplaced),
        "interval: it belongs to `servers.ledger.persist`"
    );
}

#[test]
fn null_and_a_name_written_twice_are_refused_in_json() {
    let text = r#"{ "inline": null, "mailbox": 1, "mailbox": 2, "persist": { "max_age": null }, "persist": {} }"#;
    let refused = serde_json::from_str::<ServerConfig>(text).expect_err("it has mistakes");
    assert_eq!(
        refused.to_string(),
        "\
4 mistakes in the configuration:
  inline: it takes `true` or `false`, not null
  mailbox: it is written twice, keep one of the two
  persist: it is written twice, keep one of the two
  persist.max_age: it takes a duration, as in \"5m\", or \"off\", not null"
    );
}

#[test]
fn a_server_by_itself_is_refused_when_it_is_read() {
    let refused = toml::from_str::<ServerConfig>("mailbox = 0\ninline = 1");
    assert_eq!(
        refused.expect_err("it has mistakes").message(),
        "\
2 mistakes in the configuration:
  inline: it takes `true` or `false`, not a number
  mailbox: `mailbox` cannot be zero"
    );
    let refused = serde_json::from_str::<ServerConfig>("3").expect_err("it is no table");
    assert!(
        refused
            .to_string()
            .starts_with("a server takes a table, not a number"),
        "{refused}"
    );
}

#[test]
fn one_mistake_is_told_in_one_line() {
    let servers = servers("[servers.ledger]\nmailbox = 0");
    let check = servers.check().section("ledger").done();
    assert_eq!(
        check.expect_err("it has a mistake").to_string(),
        "servers.ledger.mailbox: `mailbox` cannot be zero"
    );
}
