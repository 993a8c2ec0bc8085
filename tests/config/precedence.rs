//! Attribute, file, code: which value holds, seen from outside a running server.

use noex::config::ServerConfig;
use noex::prelude::*;
use noex::{ConfigureError, Full, PersistOptions, StartError};

use super::{Board, Ledger, ledger, servers};
use crate::any_store::AnyStore;
use crate::counter::{Counter, begin, key, pass, record, seconds, spec, stored, system, total_in};

/// The section of a counter.
fn section(text: &str) -> ServerConfig {
    servers(&format!("[servers.counter]\n{text}")).of("counter")
}

/// What is saved of a counter at 1 within nine seconds of a start with `spec`.
async fn saved_within_nine(spec: noex::Spec<Counter, noex::Given>) -> Option<i64> {
    begin();
    let store = AnyStore::new();
    let system = system(store.clone());
    let counter = system.start(spec).await.expect("it starts");
    counter.add(1).await.expect("it is handled");
    pass(seconds(9)).await;
    total_in(&store, "a")
}

// P5: the interval is the attribute's, a file's before it, and code's before both, in whatever order
#[tokio::test(start_paused = true)]
async fn code_stands_before_the_file_and_the_file_before_the_attribute() {
    let often = || section("[servers.counter.persist]\ninterval = \"2s\"");
    let never = || section("[servers.counter.persist]\ninterval = \"off\"");
    let in_code = |interval| PersistOptions::new().interval(interval);
    assert_eq!(saved_within_nine(spec("a").config(often())).await, Some(1));
    assert_eq!(saved_within_nine(spec("a").config(never())).await, None);
    for (spec, saved) in [
        (
            spec("a").config(never()).persist(in_code(Some(seconds(2)))),
            Some(1),
        ),
        (
            spec("a").persist(in_code(Some(seconds(2)))).config(never()),
            Some(1),
        ),
        (spec("a").config(often()).persist(in_code(None)), None),
        (spec("a").persist(in_code(None)).config(often()), None),
    ] {
        assert_eq!(saved_within_nine(spec).await, saved);
    }
}

#[tokio::test(start_paused = true)]
async fn the_layers_mix_option_by_option() {
    let file = "mailbox = 3\ncall_timeout = \"2s\"\n[servers.ledger.persist]\ninterval = \"2s\"";
    let code = ServerConfig::new().call_timeout(seconds(1));
    for mixed in [ledger(file).with(code.clone()), code.with(ledger(file))] {
        let holds = serde_json::to_value(mixed.effective::<Ledger>()).expect("it is written");
        assert_eq!(holds.pointer("/mailbox"), Some(&3.into()));
        assert_eq!(holds.pointer("/call_timeout"), Some(&"1s".into()));
        assert_eq!(holds.pointer("/idle_timeout"), Some(&"10m".into()));
        assert_eq!(holds.pointer("/persist/interval"), Some(&"2s".into()));
        assert_eq!(holds.pointer("/persist/max_age"), Some(&"7d".into()));
    }
}

// M1: the mailbox has the room that a file gives it
#[tokio::test(start_paused = true)]
async fn a_file_sets_the_mailbox() {
    begin();
    let system = system(AnyStore::new());
    let narrow = spec("a").config(section("mailbox = 1"));
    let counter = system.start(narrow).await.expect("it starts");
    let gate = noex::testing::Gate::new();
    let busy = tokio::spawn(counter.pass(gate.clone()).owned());
    gate.has_waiting(1).await;
    counter.tell(1).try_send().expect("there is room for one");
    assert!(matches!(counter.tell(1).try_send(), Err(Full(_))));
    gate.open();
    drop(busy.await);
}

// E5: a family's idle time-out is a file's, and `"off"` switches it off; code can do both
#[tokio::test(start_paused = true)]
async fn a_file_and_code_set_or_switch_off_idleness() {
    let file = |text: &str| servers(&format!("[servers.ledgers]\n{text}")).of("ledgers");
    for (config, in_code, live) in [
        (file(""), None, 0),
        (file("idle_timeout = \"off\""), None, 1),
        (file("idle_timeout = \"1h\""), None, 1),
        (file("idle_timeout = \"1h\""), Some(Some(seconds(60))), 0),
        (file("idle_timeout = \"1m\""), Some(None), 1),
    ] {
        let system = system(AnyStore::new());
        let family = system.family::<Ledger>("ledgers").config(config);
        let family = match in_code {
            Some(timeout) => family.idle_timeout(timeout),
            None => family,
        };
        let family = family.or_init(|_| Ledger::default).build();
        let family = family.expect("it is built");
        family.at("a").total().await.expect("it answers");
        pass(seconds(11 * 60)).await;
        assert_eq!(family.live(), live);
    }
}

// T3: a file's `save_on_stop = false` leaves the store as it was
#[tokio::test(start_paused = true)]
async fn a_file_switches_off_the_last_save() {
    let store = stored("a", 5).await;
    let system = system(store.clone());
    let spec = spec("a").config(section("[servers.counter.persist]\nsave_on_stop = false"));
    let counter = system.start(spec).await.expect("it starts");
    counter.add(1).await.expect("it is handled");
    system.shutdown().await.expect("it stops");
    assert_eq!(total_in(&store, "a"), Some(5));
}

// T4: a file's `delete_on_stop = true` deletes the record at a graceful stop
#[tokio::test(start_paused = true)]
async fn a_file_lets_a_stop_delete() {
    let store = stored("a", 5).await;
    let system = system(store.clone());
    let spec = spec("a").config(section("[servers.counter.persist]\ndelete_on_stop = true"));
    let counter = system.start(spec).await.expect("it starts");
    counter.add(1).await.expect("it is handled");
    system.shutdown().await.expect("it stops");
    assert!(record(&store, "a").is_none());
}

// E4: a file's `max_idle` ends a server that nobody calls, and deletes its record
#[tokio::test(start_paused = true)]
async fn a_file_lets_a_state_expire_by_idleness() {
    let store = stored("a", 5).await;
    let system = system(store.clone());
    let spec = spec("a").config(section("[servers.counter.persist]\nmax_idle = \"1m\""));
    let counter = system.start(spec).await.expect("it starts");
    pass(seconds(50)).await;
    counter.total().await.expect("it is there");
    pass(seconds(50)).await;
    assert!(record(&store, "a").is_some(), "the call counted");
    pass(seconds(30)).await;
    assert!(record(&store, "a").is_none());
    assert!(counter.total().await.is_err(), "it is gone");
}

// S7: the template that a file gives stands before the attribute's
#[tokio::test(start_paused = true)]
async fn a_file_sets_the_key() {
    let system = system(AnyStore::new());
    let config = ledger("[servers.ledger.persist]\nkey = \"files/{name}\"");
    let spec = Ledger::spec(Ledger::default).name("a").config(config);
    let server = system.start(spec).await.expect("it starts");
    let status = server.status().await.expect("it answers");
    assert_eq!(status.key, Some(key("files/a")));
}

#[tokio::test(start_paused = true)]
async fn a_server_does_not_start_with_mistakes() {
    begin();
    let system = system(AnyStore::new());
    let faulty = section("mailbox = 0\n[servers.counter.persist]\nmax_age = \"5s\"");
    let start = system
        .start(spec("a").config(faulty).call_timeout(seconds(0)))
        .await;
    let Err(StartError::Configuration { source, .. }) = start else {
        panic!("it started: {start:?}");
    };
    assert_eq!(
        source.to_string(),
        "\
3 mistakes in the configuration:
  servers.counter.mailbox: `mailbox` cannot be zero
  servers.counter.persist.max_age: `max_age` (5s) is not longer than `interval` (10s, in the attribute)
  in code: `call_timeout` cannot be zero"
    );
    assert!(crate::counter::calls().is_empty(), "nothing of it ran");
}

#[tokio::test(start_paused = true)]
async fn a_family_is_not_built_with_mistakes() {
    let system = system(AnyStore::new());
    let file = ledger("inlined = true\n[servers.ledger.persist]\ninterval = \"8d\"");
    let family = system.family::<Ledger>("ledgers").config(file);
    let family = family
        .persist(PersistOptions::new().key("{name}-"))
        .mailbox(0);
    let Err(ConfigureError::Options { source, .. }) = family.build() else {
        panic!("it was built");
    };
    assert_eq!(
        source.to_string(),
        "\
4 mistakes in the configuration:
  servers.ledger.inlined: unknown option, a similar one exists: `inline`
  servers.ledger.persist.interval: `max_age` (7d, in the attribute) is not longer than `interval` (8d)
  in code: the `key` template `{name}-` of the family `ledgers` must hold `{name}` once, at its end
  in code: `mailbox` cannot be zero"
    );
}

#[tokio::test(start_paused = true)]
async fn options_of_persistence_need_a_state_that_is_stored() {
    let system = System::without_store();
    let board = Board::spec(Board::default).persist(PersistOptions::new().restore(false));
    let start = system.start(board).await;
    let Err(StartError::Configuration { source, .. }) = start else {
        panic!("it started: {start:?}");
    };
    assert_eq!(
        source.to_string(),
        "in code: `Board` is not persistent: its type has no `#[persist(..)]`"
    );
}
