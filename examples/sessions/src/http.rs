//! The way in: one route for each thing that can be done with a session.

mod request;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use noex::Family;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::session::{Preferences, PreferencesChange, Session, SessionClient, View};
use crate::token::Token;
use crate::users::{Password, Users};
use request::{Bearer, Body};

/// What is behind the routes.
type Behind = State<Arc<Service>>;

struct Service {
    sessions: Family<Session>,
    users: Users,
}

/// The routes of the service.
pub fn router(sessions: Family<Session>, users: Users) -> Router {
    Router::new()
        .route("/sessions", post(log_in))
        .route("/session", get(read).delete(log_out))
        .route("/session/touch", post(touch))
        .route("/session/preferences", get(preferences).post(update))
        .route("/session/access-token", post(unlock))
        .fallback(async || ApiError::no_such_path())
        .method_not_allowed_fallback(async || ApiError::no_such_method())
        .with_state(Arc::new(Service { sessions, users }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogIn {
    email: String,
    password: Password,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unlock {
    password: Password,
}

#[derive(Serialize)]
struct LoggedIn {
    token: String,
    session: View,
}

#[derive(Serialize)]
struct Unlocked {
    access_token: String,
}

#[derive(Serialize)]
struct LoggedOut {
    logged_out: bool,
}

/// Answers once the session is on the disk.
async fn log_in(
    State(service): Behind,
    Body(LogIn { email, password }): Body<LogIn>,
) -> Result<Response, ApiError> {
    let user = service.users.log_in(&email, password).await;
    let user = user.ok_or_else(ApiError::wrong_credentials)?;
    let token = Token::random()?;
    let session = service
        .sessions
        .create(&token.session(), user.clone())
        .await?;
    let logged_in = LoggedIn {
        token: token.reveal(),
        session: session.read().await?,
    };
    Ok((StatusCode::CREATED, secret(logged_in)).into_response())
}

async fn read(State(service): Behind, token: Bearer) -> Result<Json<View>, ApiError> {
    Ok(Json(service.at(&token).read().await?))
}

async fn touch(State(service): Behind, token: Bearer) -> Result<Json<View>, ApiError> {
    Ok(Json(service.at(&token).touch().await?))
}

async fn preferences(State(service): Behind, token: Bearer) -> Result<Json<Preferences>, ApiError> {
    Ok(Json(service.at(&token).preferences().await?))
}

async fn update(
    State(service): Behind,
    token: Bearer,
    Body(change): Body<PreferencesChange>,
) -> Result<Json<Preferences>, ApiError> {
    Ok(Json(service.at(&token).update_preferences(change).await?))
}

async fn unlock(
    State(service): Behind,
    token: Bearer,
    Body(Unlock { password }): Body<Unlock>,
) -> Result<Response, ApiError> {
    let access_token = service.at(&token).unlock(password).await?.reveal();
    Ok(secret(Unlocked { access_token }).into_response())
}

/// Answers once nothing of the session is stored any more.
///
/// The family deletes what is there, running or not. To stop the session's server with its state deleted would take one
/// that runs, so a log-out would first restore what it is to delete; and `delete_on_stop` would log everybody out when
/// the service stops.
async fn log_out(
    State(service): Behind,
    Bearer(token): Bearer,
) -> Result<Json<LoggedOut>, ApiError> {
    if service.sessions.delete(&token.session()).await? {
        Ok(Json(LoggedOut { logged_out: true }))
    } else {
        Err(ApiError::no_session())
    }
}

impl Service {
    fn at(&self, Bearer(token): &Bearer) -> SessionClient {
        self.sessions.at(&token.session())
    }
}

/// An answer that nobody on its way may keep.
fn secret(answer: impl Serialize) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(answer))
}
