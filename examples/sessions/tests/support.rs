//! The service in this process: its routes over a store of its own, without a port.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use noex::config::ServerConfig;
use noex::prelude::*;
use noex::store::StorageAdapter;
use noex::testing::TestClock;
use serde_json::{Value, json};
use sessions::users::Users;
use tower::ServiceExt as _;

pub(crate) const EMAIL: &str = "ada@example.org";
pub(crate) const PASSWORD: &str = "analytical engine";

/// The service over a store.
pub(crate) struct Site {
    system: System,
    router: Router,
}

/// What a request was answered: the status and the JSON.
pub(crate) type Answer = (StatusCode, Value);

impl Site {
    /// Opens the service with the options of the program.
    pub(crate) fn open(store: impl StorageAdapter, clock: &TestClock) -> Self {
        Self::open_with(store, clock, ServerConfig::new())
    }

    /// Opens the service with options of one's own.
    pub(crate) fn open_with(
        store: impl StorageAdapter,
        clock: &TestClock,
        config: ServerConfig,
    ) -> Self {
        let builder = System::builder().store(store).clock(clock.clock()).seed(7);
        let system = builder.build();
        let users = Users::demo();
        let sessions = sessions::service::sessions(&system, users.clone(), config);
        let sessions = sessions.expect("the options go together");
        let router = sessions::http::router(sessions, users);
        Self { system, router }
    }

    /// Ends as the program does, saving what there is to save.
    pub(crate) async fn close(self) {
        self.system.shutdown().await.expect("everything is saved");
    }

    /// Logs Ada in; what opens her session.
    pub(crate) async fn log_in(&self) -> String {
        let (status, json) = self.try_log_in(EMAIL, PASSWORD).await;
        assert_eq!(status, StatusCode::CREATED, "{json}");
        json["token"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn try_log_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password }).to_string();
        self.answer(Method::POST, "/sessions", "", &body).await
    }

    /// The session as it is; this changes nothing in it.
    pub(crate) async fn read(&self, token: &str) -> Answer {
        self.answer(Method::GET, "/session", token, "").await
    }

    pub(crate) async fn touch(&self, token: &str) -> Answer {
        self.answer(Method::POST, "/session/touch", token, "").await
    }

    pub(crate) async fn preferences(&self, token: &str) -> Answer {
        self.answer(Method::GET, "/session/preferences", token, "")
            .await
    }

    pub(crate) async fn prefer(&self, token: &str, change: &str) -> Answer {
        self.answer(Method::POST, "/session/preferences", token, change)
            .await
    }

    /// Asks for the access token, with the password.
    pub(crate) async fn unlock(&self, token: &str, password: &str) -> Answer {
        let body = json!({ "password": password }).to_string();
        self.answer(Method::POST, "/session/access-token", token, &body)
            .await
    }

    pub(crate) async fn log_out(&self, token: &str) -> Answer {
        self.answer(Method::DELETE, "/session", token, "").await
    }

    pub(crate) async fn answer(
        &self,
        method: Method,
        path: &str,
        token: &str,
        json: &str,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(json.to_owned()))
            .expect("a sound request");
        let response = self.send(request).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a whole body");
        let json = serde_json::from_slice(&body).expect("every answer is JSON");
        (status, json)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        let answer = self.router.clone().oneshot(request).await;
        answer.expect("the routes always answer")
    }
}

/// Asserts that the session is there.
pub(crate) fn there((status, json): Answer) -> Value {
    assert_eq!(status, StatusCode::OK, "{json}");
    json
}

/// Asserts that there is no session.
pub(crate) fn gone(answer: Answer) {
    refused(answer, StatusCode::UNAUTHORIZED, "no_session");
}

pub(crate) fn refused((status, json): Answer, wanted: StatusCode, code: &str) {
    let told = (status, &json["error"]["code"]);
    assert_eq!(told, (wanted, &Value::from(code)), "{json}");
    let message = json["error"]["message"].as_str();
    assert!(message.is_some_and(|text| !text.is_empty()), "{json}");
}

/// The `last_active` of a session.
pub(crate) fn last_active(session: &Value) -> SystemTime {
    let text = session["last_active"].as_str().expect("a time");
    humantime::parse_rfc3339(text).expect("a time")
}

/// What the session that `token` opens must not store, once it holds all of it.
pub(crate) async fn secrets(site: &Site, token: &str) -> Vec<String> {
    let unlocked = there(site.unlock(token, PASSWORD).await);
    let access_token = unlocked["access_token"].as_str().expect("a token");
    let users = Users::demo();
    let ada = users.find("u-1815").expect("a user");
    let salt_and_hash = ada.password_hash.reveal().rsplit('$').take(2);
    let others = [token, access_token, PASSWORD];
    salt_and_hash.chain(others).map(str::to_owned).collect()
}

/// Asserts that none of them is in what is stored of Ada's session.
pub(crate) fn tells_none(stored: &str, secrets: &[String]) {
    assert_eq!(secrets.len(), 5);
    for secret in secrets {
        assert!(!stored.contains(secret.as_str()), "{stored}");
    }
}

/// Lets paused time pass.
pub(crate) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_mins(count)
}
