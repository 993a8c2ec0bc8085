//! The service over HTTP: what is answered to what.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use noex::prelude::*;
use noex::testing::TestClock;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{EMAIL, PASSWORD, Site, gone, last_active, minutes, pass, refused, there};

#[tokio::test]
async fn a_new_session_prefers_what_all_do() {
    let site = site();

    let (status, json) = site.try_log_in(EMAIL, PASSWORD).await;

    assert_eq!(status, StatusCode::CREATED);
    let session = &json["session"];
    assert_eq!(
        (&session["user_id"], &session["email"]),
        (&json!("u-1815"), &json!(EMAIL))
    );
    assert_eq!(
        session["preferences"],
        json!({ "theme": "light", "language": "en" })
    );
    let token = json["token"].as_str().expect("a token");
    assert_eq!(there(site.read(token).await), *session);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_told_alike() {
    let site = site();

    let wrong = site.try_log_in(EMAIL, "difference engine").await;
    let unknown = site.try_log_in("eve@example.org", PASSWORD).await;

    assert_eq!(wrong, unknown);
    refused(wrong, StatusCode::FORBIDDEN, "wrong_credentials");
}

#[tokio::test]
async fn two_log_ins_are_two_sessions() {
    let site = site();
    let (one, other) = (site.log_in().await, site.log_in().await);
    assert_ne!(one, other);

    there(site.prefer(&one, r#"{"theme":"dark"}"#).await);
    assert_eq!(there(site.preferences(&other).await)["theme"], "light");

    there(site.log_out(&one).await);
    gone(site.read(&one).await);
    there(site.read(&other).await);
}

#[tokio::test]
async fn what_is_not_said_of_the_preferences_stays() {
    let site = site();
    let token = site.log_in().await;

    there(site.prefer(&token, r#"{"theme":"system"}"#).await);
    let changed = there(site.prefer(&token, r#"{"language":"cs"}"#).await);

    assert_eq!(changed, json!({ "theme": "system", "language": "cs" }));
    assert_eq!(there(site.preferences(&token).await), changed);
}

#[tokio::test(start_paused = true)]
async fn using_a_session_is_activity_and_looking_at_it_is_not_seen() {
    let clock = TestClock::new();
    let site = Site::open(MemoryAdapter::new(), &clock);
    let token = site.log_in().await;
    let active = async || last_active(&there(site.read(&token).await));
    let logged_in = clock.now();

    pass(minutes(1)).await;
    assert_eq!(active().await, logged_in);
    there(site.touch(&token).await);
    assert_eq!(active().await, clock.now());
    pass(minutes(1)).await;
    there(site.preferences(&token).await);
    assert_eq!(active().await, clock.now());
    pass(minutes(1)).await;
    there(site.prefer(&token, "{}").await);
    assert_eq!(active().await, clock.now());
    pass(minutes(1)).await;
    there(site.unlock(&token, PASSWORD).await);
    assert_eq!(active().await, clock.now());
}

// M3, S12: whoever comes at the same time is answered, also by a session that has gone idle
#[tokio::test(start_paused = true)]
async fn those_who_come_at_the_same_time_are_all_answered() {
    let site = Arc::new(site());
    let token = site.log_in().await;
    pass(minutes(6)).await;

    let mut all = JoinSet::new();
    for number in 0..50 {
        let (site, token) = (site.clone(), token.clone());
        all.spawn(async move {
            let language = format!("x-{number}");
            let change = json!({ "language": language }).to_string();
            let (changed, touched) = tokio::join!(site.prefer(&token, &change), site.touch(&token));
            assert_eq!(there(changed)["language"], language);
            there(touched);
        });
    }

    assert_eq!(all.join_all().await.len(), 50);
}

#[tokio::test]
async fn the_access_token_takes_the_password_too() {
    let site = site();
    let token = site.log_in().await;

    let refusal = site.unlock(&token, "difference engine").await;
    refused(refusal, StatusCode::FORBIDDEN, "wrong_password");
    let unlocked = there(site.unlock(&token, PASSWORD).await);

    assert_ne!(unlocked["access_token"], token);
    assert_eq!(there(site.unlock(&token, PASSWORD).await), unlocked);
}

#[tokio::test]
async fn without_a_session_nothing_is_told() {
    let site = site();
    let unknown = "0".repeat(64);
    let token = site.log_in().await;
    let id = token.parse::<sessions::token::Token>().expect("a token");

    for token in [
        "",
        "17",
        &unknown,
        &id.session().to_string(),
        &format!("{token}0"),
    ] {
        gone(site.read(token).await);
        gone(site.touch(token).await);
        gone(site.preferences(token).await);
        gone(site.prefer(token, "{}").await);
        gone(site.unlock(token, PASSWORD).await);
        gone(site.log_out(token).await);
    }
    there(site.read(&token).await);
}

#[tokio::test]
async fn a_token_is_asked_for_as_the_standards_have_it() {
    let site = site();
    let token = site.log_in().await;
    let ask = async |authorization: Option<String>| {
        let mut request = Request::get("/session");
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        site.send(request.body(Body::empty()).expect("a sound request"))
            .await
    };

    let refused = ask(None).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers()[header::WWW_AUTHENTICATE], "Bearer");
    let basic = ask(Some(format!("Basic {token}"))).await;
    assert_eq!(basic.status(), StatusCode::UNAUTHORIZED);
    let lower = ask(Some(format!("bearer {token}"))).await;
    assert_eq!(lower.status(), StatusCode::OK);
}

#[tokio::test]
async fn nobody_on_the_way_may_keep_a_token() {
    let site = site();
    let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let request = Request::post("/sessions")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .expect("a sound request");

    let response = site.send(request).await;

    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_told_why() {
    let site = site();
    let token = site.log_in().await;

    refused(
        site.prefer(&token, "{").await,
        StatusCode::BAD_REQUEST,
        "bad_request",
    );
    for change in [
        r#"{"theme":"red"}"#,
        r#"{"language":"e"}"#,
        r#"{"language":"two words"}"#,
        r#"{"colour":"red"}"#,
    ] {
        let answer = site.prefer(&token, change).await;
        refused(answer, StatusCode::UNPROCESSABLE_ENTITY, "bad_request");
    }
    let nowhere = site.answer(Method::GET, "/nowhere", &token, "").await;
    refused(nowhere, StatusCode::NOT_FOUND, "no_such_path");
    let list = site.answer(Method::GET, "/sessions", &token, "").await;
    refused(list, StatusCode::METHOD_NOT_ALLOWED, "no_such_method");
}

fn site() -> Site {
    Site::open(MemoryAdapter::new(), &TestClock::new())
}
