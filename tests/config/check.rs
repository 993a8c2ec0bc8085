//! Checking a whole file, and where its part for servers may stand.

use noex::PersistOptions;
use noex::config::{Fault, Origin, ServerConfig, ServerConfigs};

use super::{Board, Ledger, servers};
use crate::counter::seconds;

#[test]
fn a_sound_file_passes() {
    let servers = servers("[servers.ledger]\nmailbox = 3\n[servers.board]\ninline = false");
    let check = servers.check().server::<Ledger>("ledger");
    check.server::<Board>("board").done().expect("no mistakes");
}

#[test]
fn sections_of_no_server_are_refused() {
    let servers = servers("[servers.ledgers]\n[servers.x]");
    let refused = servers.check().server::<Ledger>("ledger").done();
    assert_eq!(
        refused.expect_err("it has mistakes").to_string(),
        "\
2 mistakes in the configuration:
  servers.ledgers: no server has this name, a similar one exists: `ledger`
  servers.x: no server has this name, the servers are `ledger`"
    );
    let refused = servers.check().section("ledgers").section("x").done();
    refused.expect("sections for several servers are named as such");
}

#[test]
fn what_is_no_table_is_told_once() {
    let broken: ServerConfigs = serde_json::from_str("[1]").expect("sound JSON");
    let check = broken.check().server::<Ledger>("ledger");
    let refused = check.server::<Board>("board").done();
    assert_eq!(
        refused.expect_err("it has a mistake").to_string(),
        "servers: it takes a table, not a list"
    );
}

#[test]
fn a_section_written_twice_is_refused() {
    let text = r#"{ "ledger": { "mailbox": 1 }, "ledger": { "mailbox": 2 } }"#;
    let twice: ServerConfigs = serde_json::from_str(text).expect("sound JSON");
    let refused = twice.check().server::<Ledger>("ledger").done();
    assert_eq!(
        refused.expect_err("it has a mistake").to_string(),
        "servers.ledger: it is written twice, keep one of the two"
    );
}

#[test]
fn paths_begin_where_the_part_for_servers_stands() {
    let servers = servers("[servers.\"a.b\"]\nmailbox = 0").within("app.noex");
    let refused = servers.check().server::<Board>("a.b").done();
    let error = refused.expect_err("it has a mistake");
    let [mistake] = error.mistakes.as_slice() else {
        panic!("{error}");
    };
    let Origin::File { path } = &mistake.origin else {
        panic!("{mistake}");
    };
    assert_eq!(&**path, "app.noex.\"a.b\".mailbox");
    assert!(matches!(mistake.fault, Fault::Zero { option: "mailbox" }));
}

#[test]
fn what_code_says_is_checked_in_its_place() {
    let file = "[servers.ledger.persist]\nmax_age = \"20s\"";
    let refused = servers(file).check().server::<Ledger>("ledger").done();
    refused.expect_err("the attribute's interval is longer");

    let often = ServerConfig::new().persist(PersistOptions::new().interval(seconds(5)));
    let servers = servers(file).with("ledger", often);
    let check = servers.check().server::<Ledger>("ledger").done();
    check.expect("the interval in code is shorter");
    let written = serde_json::to_value(servers.of("ledger")).expect("it is written");
    let expected = serde_json::json!({ "persist": { "interval": "5s", "max_age": "20s" } });
    assert_eq!(written, expected);
}

// S7: the template of a family ends in `{name}`, and the family's name holds no `:`
#[test]
fn a_family_is_checked_as_one() {
    let servers = servers("[servers.ledger.persist]\nkey = \"{name}/x\"");
    let refused = servers.check().family::<Ledger>("ledger").done();
    assert_eq!(
        refused.expect_err("it has a mistake").to_string(),
        "servers.ledger.persist.key: the `key` template `{name}/x` of the family `ledger` must hold `{name}` once, at its end"
    );
}
