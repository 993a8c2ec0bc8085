//! What is answered when something goes wrong: a status, and a JSON error with a code and a message.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use noex::{CallError, Chain, Outcome, StartError};
use serde_json::json;

/// An answer that is an error.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ApiError {
    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("there is no {what}"),
        )
    }

    /// The id has been used for something else.
    #[must_use]
    pub fn another_order() -> Self {
        let message = "there is another order with this id";
        Self::new(StatusCode::CONFLICT, "another_order", message.to_owned())
    }

    fn new(status: StatusCode, code: &'static str, message: String) -> Self {
        Self {
            status,
            code,
            message,
        }
    }

    /// What noex itself failed with: whether it can be tried again follows from what may have been done.
    fn of_outcome(outcome: Outcome, message: String) -> Self {
        match outcome {
            Outcome::NotRun => Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_done", message),
            Outcome::Unknown => Self::new(StatusCode::GATEWAY_TIMEOUT, "outcome_unknown", message),
            Outcome::Replied => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message),
        }
    }
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotStored => Self::not_found("such order"),
            error => Self::of_outcome(error.outcome(), error.to_string()),
        }
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match &error {
            StartError::InvalidKey { .. } => {
                let message = Chain(&error).to_string();
                Self::new(StatusCode::BAD_REQUEST, "not_an_id", message)
            }
            error => Self::of_outcome(error.outcome(), Chain(error).to_string()),
        }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), "bad_request", rejection.body_text())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        (self.status, Json(body)).into_response()
    }
}
