//! What a file can say, in which formats, and how it is written again.

use noex::config::{ServerConfig, ServerConfigs};
use serde_json::json;

use super::{Ledger, Settings, ledger, servers};

const EVERYTHING: &str = r#"
mailbox = 4096
call_timeout = "2s"
start_timeout = "1m 30s"
shutdown_timeout = "10s"
idle_timeout = "off"
inline = false

[persist]
interval = "5s"
save_on_stop = false
restore = true
key = "ledgers/{name}"
max_age = "2w"
max_idle = "30m"
cleanup_interval = "off"
delete_on_stop = true
on_unreadable = "quarantine"
snapshot = "inline"
"#;

#[test]
fn every_option_is_read_and_written() {
    let config: ServerConfig = toml::from_str(EVERYTHING).expect("no mistakes");
    let written = toml::to_string(&config).expect("it is written");
    assert_eq!(
        written.trim(),
        EVERYTHING.replace("2w", "14d").trim(),
        "each under its name, the tables behind the values"
    );
}

#[test]
fn json_says_the_same_as_toml() {
    let config: ServerConfig = toml::from_str(EVERYTHING).expect("no mistakes");
    let json = serde_json::to_string(&config).expect("it is written");
    let again: ServerConfig = serde_json::from_str(&json).expect("no mistakes");
    assert_eq!(toml::to_string(&again), toml::to_string(&config));
}

#[test]
fn nothing_is_said_where_there_is_no_section() {
    let empty = servers("");
    assert_eq!(empty.names().count(), 0);
    let nothing = serde_json::to_value(empty.of("ledger")).expect("it is written");
    assert_eq!(nothing, json!({}));
    assert!(empty.check().done().is_ok());
}

#[test]
fn sections_stand_beside_what_is_the_programs_own() {
    let text =
        r#"{ "listen": "[::1]:80", "servers": { "ledger": { "mailbox": 3 }, "board": {} } }"#;
    let settings: Settings = serde_json::from_str(text).expect("sound JSON");
    assert_eq!(
        settings.servers.names().collect::<Vec<_>>(),
        ["ledger", "board"]
    );
    let written = serde_json::to_value(&settings.servers).expect("it is written");
    assert_eq!(written, json!({ "ledger": { "mailbox": 3 }, "board": {} }));
}

#[test]
fn what_holds_in_the_end_can_be_printed() {
    let config = ledger("mailbox = 3\n[servers.ledger.persist]\ndelete_on_stop = true");
    let effective = serde_json::to_value(config.effective::<Ledger>()).expect("it is written");
    let expected = json!({
        "mailbox": 3,
        "call_timeout": "5s",
        "start_timeout": "5s",
        "shutdown_timeout": "5s",
        "idle_timeout": "10m",
        "inline": true,
        "persist": {
            "interval": "30s",
            "save_on_stop": false,
            "restore": true,
            "key": "shop/{name}",
            "max_age": "7d",
            "max_idle": "off",
            "cleanup_interval": "1h",
            "delete_on_stop": true,
            "on_unreadable": "fail",
            "snapshot": "clone",
        },
    });
    assert_eq!(effective, expected);
}

#[test]
fn a_section_with_mistakes_is_not_written() {
    let faulty = ledger("mailbox = 0");
    let refused = serde_json::to_string(&faulty).expect_err("it has a mistake");
    assert_eq!(
        refused.to_string(),
        "servers.ledger.mailbox: `mailbox` cannot be zero"
    );
}

/// What is put into a sound text to break it.
const SCRAPS: [&str; 13] = [
    "[",
    "]",
    "=",
    "\"",
    "off",
    "-1",
    "99999999999999999999",
    "\n",
    "é",
    "{}",
    ".",
    "5",
    "s",
];

#[test]
fn no_text_makes_reading_panic() {
    let mut chance = 7_u64;
    let mut next = |below: usize| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(chance >> 33).unwrap_or_default() % below
    };
    let mut read = 0;
    for _ in 0..4_000 {
        let mut text: Vec<char> = EVERYTHING.chars().collect();
        for _ in 0..=next(2) {
            let at = next(text.len());
            let scrap = SCRAPS.get(next(SCRAPS.len())).map_or("", |scrap| *scrap);
            text.splice(at..(at + next(3)).min(text.len()), scrap.chars());
        }
        let text: String = text.into_iter().collect();
        if let Ok(config) = toml::from_str::<ServerConfig>(&text) {
            let written = toml::to_string(&config).expect("what is read can be written");
            let again = toml::from_str::<ServerConfig>(&written).expect("and read again");
            assert_eq!(toml::to_string(&again).ok(), Some(written));
            read += 1;
        }
        if let Ok(servers) = toml::from_str::<ServerConfigs>(&text) {
            let check = servers.check().server::<Ledger>("persist");
            drop(check.done());
        }
    }
    assert!(read > 100, "{read} texts were sound");
}
