//! Requirements 2 to 5, each for itself, in memory on paused time; `expiry` has the first.

use std::time::UNIX_EPOCH;

use noex::prelude::*;
use noex::testing::TestClock;
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, Site, gone, last_active, minutes, pass, refused, secrets, tells_none, there,
};
use axum::http::StatusCode;

/// The states that are stored.
fn stored(store: &MemoryAdapter) -> Vec<Value> {
    let records = store.records().into_values();
    let states = records.map(|record| {
        let record: Value = serde_json::from_slice(&record.bytes).expect("a record is JSON");
        record["state"].clone()
    });
    states.collect()
}

fn theme(store: &MemoryAdapter) -> Value {
    let [state] = stored(store).try_into().expect("one session");
    state["preferences"]["theme"].clone()
}

// P5: requirement 2, what has changed is saved within a minute
#[tokio::test(start_paused = true)]
async fn it_is_saved_every_minute() {
    let store = MemoryAdapter::new();
    let site = Site::open(store.clone(), &TestClock::new());
    let token = site.log_in().await;
    pass(minutes(2)).await;

    for wanted in ["dark", "system", "light"] {
        let before = theme(&store);
        there(
            site.prefer(&token, &json!({ "theme": wanted }).to_string())
                .await,
        );
        assert_eq!(theme(&store), before, "it is not saved at once");
        pass(minutes(1)).await;
        assert_eq!(theme(&store), wanted);
    }
}

// S12: before a log-in is answered its session is stored
#[tokio::test(start_paused = true)]
async fn a_log_in_is_saved_at_once() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let token = Site::open(store.clone(), &clock).log_in().await;

    let store: MemoryAdapter = store.records().into_iter().collect();
    let site = Site::open(store, &clock);

    assert_eq!(there(site.read(&token).await)["user_id"], "u-1815");
}

// T4, A3: requirement 3, a log-out deletes the session, and nothing brings it back
#[tokio::test(start_paused = true)]
async fn a_log_out_deletes_it() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let token = site.log_in().await;
    there(site.prefer(&token, r#"{"theme":"dark"}"#).await);

    assert_eq!(
        there(site.log_out(&token).await),
        json!({ "logged_out": true })
    );

    assert!(store.is_empty(), "{store:?}");
    gone(site.read(&token).await);
    gone(site.prefer(&token, r#"{"theme":"dark"}"#).await);
    gone(site.log_out(&token).await);
    pass(minutes(2)).await;
    assert!(store.is_empty(), "{store:?}");
    site.close().await;
    assert!(store.is_empty(), "{store:?}");
    gone(Site::open(store, &clock).read(&token).await);
}

// T4, E5: also one whose server is not running
#[tokio::test(start_paused = true)]
async fn a_log_out_deletes_what_is_only_stored() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let (idle, restarted) = (site.log_in().await, site.log_in().await);
    pass(minutes(6)).await;
    there(site.log_out(&idle).await);
    assert_eq!(store.len(), 1);
    site.close().await;

    let site = Site::open(store.clone(), &clock);

    there(site.log_out(&restarted).await);
    assert!(store.is_empty(), "{store:?}");
}

// T1, T4: a stop of the service logs nobody out
#[tokio::test(start_paused = true)]
async fn a_restart_keeps_everybody_logged_in() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let token = site.log_in().await;
    there(
        site.prefer(&token, r#"{"theme":"dark","language":"pt-BR"}"#)
            .await,
    );
    site.close().await;

    let site = Site::open(store, &clock);

    let preferred = there(site.preferences(&token).await);
    assert_eq!(preferred, json!({ "theme": "dark", "language": "pt-BR" }));
}

// H4: requirement 4, no secret is in any stored byte, keys included, at any time
#[tokio::test(start_paused = true)]
async fn no_secret_is_stored() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let token = site.log_in().await;
    let secrets = secrets(&site, &token).await;
    let check = || {
        let [(key, record)] = Vec::from_iter(store.records())
            .try_into()
            .expect("one session");
        let stored = format!("{key} {}", String::from_utf8_lossy(&record.bytes));
        assert!(stored.contains("ada@example.org"), "{stored}");
        tells_none(&stored, &secrets);
    };

    check();
    for wait in [minutes(1), minutes(5)] {
        pass(wait).await;
        check();
        there(site.touch(&token).await);
    }
    site.close().await;
    check();
}

// S2: what is not stored comes from elsewhere after a restore
#[tokio::test(start_paused = true)]
async fn a_restored_session_gets_its_secrets_anew() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let token = site.log_in().await;
    let before = there(site.unlock(&token, PASSWORD).await);
    assert_eq!(there(site.unlock(&token, PASSWORD).await), before);
    site.close().await;

    let site = Site::open(store, &clock);

    let wrong = site.unlock(&token, "difference engine").await;
    refused(wrong, StatusCode::FORBIDDEN, "wrong_password");
    let after = there(site.unlock(&token, PASSWORD).await);
    assert_ne!(after["access_token"], before["access_token"]);
}

// H1: requirement 5, whoever is restored was active just now
#[tokio::test(start_paused = true)]
async fn a_restored_session_was_active_just_now() {
    let (store, clock) = (MemoryAdapter::new(), TestClock::new());
    let site = Site::open(store.clone(), &clock);
    let token = site.log_in().await;
    assert_eq!(last_active(&there(site.read(&token).await)), clock.now());
    site.close().await;
    pass(minutes(20)).await;
    let restored_at = clock.now();

    let site = Site::open(store.clone(), &clock);
    let session = there(site.read(&token).await);

    assert_eq!(last_active(&session), restored_at);
    pass(minutes(2)).await;
    assert_eq!(there(site.read(&token).await), session, "it is set once");
    let [state] = stored(&store).try_into().expect("one session");
    let since_1970 = restored_at.duration_since(UNIX_EPOCH).expect("it is later");
    let saved = &state["last_active"]["secs_since_epoch"];
    assert_eq!(*saved, since_1970.as_secs(), "and saved");
}

// E5: coming back to a session that had only gone idle is a restore, too
#[tokio::test(start_paused = true)]
async fn a_session_that_had_gone_idle_was_active_just_now() {
    let clock = TestClock::new();
    let site = Site::open(MemoryAdapter::new(), &clock);
    let token = site.log_in().await;

    pass(minutes(6)).await;

    assert_eq!(last_active(&there(site.read(&token).await)), clock.now());
}
