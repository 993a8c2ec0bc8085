//! What a look shows a person, and what it gives a tool.

use noex::prelude::*;
use noex::processes::Processes;
use noex::testing::{Call, Fault, FaultyAdapter, TestClock};
use serde_json::{Value, json};

use crate::counter::{Counter, begin, clocked, pass, seconds, spec};

/// Two servers, of which one cannot save, and a family of three.
async fn scene() -> Processes {
    begin();
    let store = FaultyAdapter::new(MemoryAdapter::new());
    let system = clocked(store.clone(), &TestClock::new());
    let visits = system.start(spec("visits")).await.expect("it starts");
    visits.checkpoint().await.expect("it is saved");
    pass(seconds(4)).await;
    let off = noex::PersistOptions::new().interval(None);
    let family = system
        .family::<Counter>("counters")
        .env("first")
        .persist(off);
    let family = family.or_init(|_| 0_i64).build().expect("it is built");
    for key in ["ada", "bob", "cy\u{1b}"] {
        family.at(key).total().await.expect("it answers");
    }
    visits.add(1).await.expect("it adds");
    store.always(Call::Write, Fault::Rejected);
    visits.checkpoint().await.expect_err("it fails");
    pass(seconds(2)).await;
    family.at("bob").tell(1).await.expect("there is room");
    system.processes()
}

// a tree has one line a server, aligned
#[tokio::test(start_paused = true)]
async fn a_small_tree_shows_everything() {
    let shown = scene().await.to_string();
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(
        lines,
        [
            "4 servers: 3 idle, 1 busy; not saved: 1",
            "Counter `visits` #1              idle      saved 6s ago as 1.1, unsaved for 2s, not saved: the store failed for `visits`: the store refused: a fault of the test's",
            "family of Counter `counters` #2  running   3 servers: 2 idle, 1 busy",
            "  Counter `ada` #3               idle      unsaved for 2s",
            "  Counter `bob` #4               busy      1 queued, unsaved for 2s",
            "  Counter `cy\\u{1b}` #5          idle      unsaved for 2s",
        ]
    );
}

/// A member of the family of the scene.
fn member(name: &str, number: u64, health: &str, queued: u64) -> Value {
    json!({
        "role": "server", "kind": "Counter", "name": name, "key": format!("counters:{name}"), "number": number,
        "incarnation": 1, "health": health, "queued": queued, "restarts": 0,
        "saves": {
            "last": null, "unsaved_since": 1_767_225_604_000_u64, "degraded": false, "failure": null,
        },
        "children": [],
    })
}

// what a tool reads has these names, and can be read back
#[tokio::test(start_paused = true)]
async fn the_names_for_a_tool_stay() {
    let processes = scene().await;
    let text = serde_json::to_value(&processes).expect("it is plain data");
    assert_eq!(
        text,
        json!({
            "at": 1_767_225_606_000_u64,
            "processes": [
                {
                    "role": "server", "kind": "Counter", "name": "visits", "key": "visits", "number": 1, "incarnation": 1,
                    "health": "idle", "queued": 0, "restarts": 0,
                    "saves": {
                        "last": { "revision": { "epoch": 1, "number": 1 }, "at": 1_767_225_600_000_u64 },
                        "unsaved_since": 1_767_225_604_000_u64,
                        "degraded": true,
                        "failure": {
                            "at": 1_767_225_604_000_u64,
                            "message": "the store failed for `visits`: the store refused: a fault of the test's",
                        },
                    },
                    "children": [],
                },
                {
                    "role": "family", "kind": "Counter", "name": "counters", "key": null, "number": 2, "incarnation": 0,
                    "health": "running", "queued": 0, "restarts": 0, "saves": null,
                    "children": [member("ada", 3, "idle", 0), member("bob", 4, "busy", 1), member("cy\u{1b}", 5, "idle", 0)],
                },
            ],
        })
    );
    let again: Processes = serde_json::from_value(text).expect("it is read back");
    assert_eq!(again, processes);
}

fn server(name: &str, number: u64, health: &str, queued: u64) -> Value {
    json!({
        "role": "server", "kind": "Order", "name": name, "key": null, "number": number, "incarnation": 1,
        "health": health, "queued": queued, "restarts": 0, "saves": null, "children": [],
    })
}

fn above(role: &str, kind: &str, name: &str, number: u64, children: &[Value]) -> Value {
    json!({
        "role": role, "kind": kind, "name": name, "key": null, "number": number, "incarnation": 0,
        "health": "running", "queued": 0, "restarts": 0, "saves": null, "children": children,
    })
}

/// A supervisor above a family of ten thousand.
fn crowd() -> Processes {
    let mut orders: Vec<_> = (0..10_000)
        .map(|n| server(&n.to_string(), n + 3, "idle", 0))
        .collect();
    let noteworthy = [
        (5_000, "parked", 0),
        (6_000, "busy", 7),
        (7_000, "busy", 1_200),
        (8_000, "stopping", 1),
    ];
    for (n, health, queued) in noteworthy {
        if let Some(order) = orders.get_mut(n) {
            *order = server(&n.to_string(), n as u64 + 3, health, queued);
        }
    }
    let family = above("family", "Order", "orders", 2, &orders);
    let shop = above("supervisor", "one_for_one", "shop", 1, &[family]);
    let processes = json!({ "at": 0, "processes": [shop] });
    serde_json::from_value(processes).expect("it is read")
}

// of ten thousand servers the most noteworthy are shown, in their order, and the rest counted
#[test]
fn a_crowd_shows_what_is_noteworthy() {
    let shown = crowd().to_string();
    let lines: Vec<_> = shown.lines().collect();
    let (head, rest) = lines.split_at(3);
    assert_eq!(
        head,
        [
            "10,000 servers: 9,996 idle, 2 busy, 1 stopping, 1 parked",
            "supervisor one_for_one `shop` #1  running   10,000 servers: 9,996 idle, 2 busy, 1 stopping, 1 parked",
            "  family of Order `orders` #2     running   10,000 servers: 9,996 idle, 2 busy, 1 stopping, 1 parked",
        ]
    );
    let (idle, noteworthy) = rest.split_at(16);
    assert!(idle.iter().all(|line| line.ends_with("  idle")), "{idle:?}");
    assert_eq!(
        idle.first(),
        Some(&"    Order `0` #3                  idle")
    );
    assert_eq!(
        noteworthy,
        [
            "    Order `5000` #5003            parked",
            "    Order `6000` #6003            busy      7 queued",
            "    Order `7000` #7003            busy      1,200 queued",
            "    Order `8000` #8003            stopping  1 queued",
            "    and 9,980 more: 9,980 idle",
        ]
    );
}

// the alternate form leaves nothing out
#[test]
fn the_alternate_form_shows_all() {
    let shown = format!("{:#}", crowd());
    assert_eq!(shown.lines().count(), 10_003);
    assert!(!shown.contains(" more"));
}

// a system in which nothing lives says so
#[tokio::test]
async fn nothing_is_shown_as_nothing() {
    let processes = System::without_store().processes();
    assert_eq!(processes.to_string(), "no servers");
    assert_eq!(processes.iter().count(), 0);
}
