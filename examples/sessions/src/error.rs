//! What is answered when something goes wrong: a status, and a JSON error with a code and a message.
//!
//! A token that is missing, misspelt, unknown, expired or logged out is answered alike: none of it is a caller's
//! business.

use std::convert::Infallible;
use std::fmt;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use noex::{CallError, DeleteError, Outcome, StartError, StartErrorKind};
use serde_json::json;

use crate::session::SessionError;

/// An answer that is an error.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ApiError {
    /// There is nothing at this path.
    #[must_use]
    pub fn no_such_path() -> Self {
        let message = "there is nothing at this path; log in at /sessions";
        Self::new(StatusCode::NOT_FOUND, "no_such_path", message)
    }

    /// The path does not take this method.
    #[must_use]
    pub fn no_such_method() -> Self {
        let message = "this path does not take this method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", message)
    }

    /// The request opens no session.
    #[must_use]
    pub fn no_session() -> Self {
        let message = "there is no session for this request: log in, and send the token as `authorization: Bearer ..`";
        Self::new(StatusCode::UNAUTHORIZED, "no_session", message)
    }

    /// Nobody has this e-mail address and this password.
    #[must_use]
    pub fn wrong_credentials() -> Self {
        let message = "the e-mail address or the password is wrong";
        Self::new(StatusCode::FORBIDDEN, "wrong_credentials", message)
    }

    /// The request cannot be read.
    pub(crate) fn bad_request(status: StatusCode, message: String) -> Self {
        Self::new(status, "bad_request", message)
    }

    fn new(status: StatusCode, code: &'static str, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self {
            status,
            code,
            message,
        }
    }

    fn internal(error: impl fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error)
    }

    /// What noex itself failed with, by what it may have done.
    fn of_outcome(outcome: Outcome, error: impl fmt::Display) -> Self {
        match outcome {
            Outcome::Replied => Self::internal(error),
            Outcome::NotRun => Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_done", error),
            Outcome::Unknown => Self::new(StatusCode::GATEWAY_TIMEOUT, "outcome_unknown", error),
        }
    }

    fn of_call<E: fmt::Display>(error: CallError<E>, refused: fn(E) -> Self) -> Self {
        match error {
            CallError::Failed(refusal) => refused(refusal),
            CallError::NotStored => Self::no_session(),
            CallError::NotStarted {
                kind: StartErrorKind::Restore,
                ..
            } => Self::internal(error),
            error => Self::of_outcome(error.outcome(), error),
        }
    }
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Password => Self::new(StatusCode::FORBIDDEN, "wrong_password", error),
            SessionError::NoUser => Self::new(StatusCode::FORBIDDEN, "no_user", error),
            SessionError::NoRandomness => Self::internal(error),
        }
    }
}

impl From<CallError<SessionError>> for ApiError {
    fn from(error: CallError<SessionError>) -> Self {
        Self::of_call(error, Self::from)
    }
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        Self::of_call(error, |never: Infallible| match never {})
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        Self::of_outcome(error.outcome(), noex::Chain(&error))
    }
}

impl From<DeleteError> for ApiError {
    fn from(error: DeleteError) -> Self {
        Self::of_outcome(Outcome::Unknown, noex::Chain(&error))
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::warn!(status = self.status.as_u16(), "{}", self.message);
        }
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        let header = match self.status {
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "1")),
            _ => None,
        };
        if let Some((name, value)) = header {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        response
    }
}
