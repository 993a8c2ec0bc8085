//! What is answered when something goes wrong: a status, and a JSON error with a code and a message.
//!
//! Which status follows from what the error says of the outcome, so that a client knows whether to try again.

use std::convert::Infallible;
use std::fmt;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use noex::store::StoreError;
use noex::{CallError, CheckpointError, Outcome, StartError, StartErrorKind};
use serde_json::json;

use crate::order::OrderError;

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
        let message = "there is nothing at this path; orders are at /orders";
        Self::new(StatusCode::NOT_FOUND, "no_such_path", message)
    }

    /// The path does not take this method.
    #[must_use]
    pub fn no_such_method() -> Self {
        let message = "this path does not take this method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", message)
    }

    /// The id of an order is none.
    #[must_use]
    pub fn not_an_id(text: &str) -> Self {
        let message = format!("`{text}` is not the id of an order, which is a UUID");
        Self::new(StatusCode::BAD_REQUEST, "not_an_id", message)
    }

    /// The request cannot be read.
    pub(crate) fn bad_request(status: StatusCode, message: String) -> Self {
        Self::new(status, "bad_request", message)
    }

    /// The service has failed.
    pub(crate) fn internal(error: impl fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error)
    }

    fn new(status: StatusCode, code: &'static str, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self {
            status,
            code,
            message,
        }
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
            CallError::NotStored => Self::new(
                StatusCode::NOT_FOUND,
                "no_such_order",
                "there is no such order",
            ),
            CallError::NotStarted {
                kind: StartErrorKind::Restore,
                ..
            } => Self::internal(error),
            error => Self::of_outcome(error.outcome(), error),
        }
    }
}

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        let (status, code) = match &error {
            OrderError::Status { .. } => (StatusCode::CONFLICT, "wrong_status"),
            OrderError::Empty => (StatusCode::CONFLICT, "empty"),
            OrderError::Quantity => (StatusCode::UNPROCESSABLE_ENTITY, "quantity"),
            OrderError::Declined(_) => (StatusCode::PAYMENT_REQUIRED, "declined"),
            OrderError::NotRecorded => (StatusCode::SERVICE_UNAVAILABLE, "not_done"),
        };
        Self::new(status, code, error)
    }
}

impl From<CallError<OrderError>> for ApiError {
    fn from(error: CallError<OrderError>) -> Self {
        Self::of_call(error, Self::from)
    }
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        Self::of_call(error, |never: Infallible| match never {})
    }
}

impl From<CheckpointError> for ApiError {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Call(error) => error.into(),
            error => Self::of_outcome(error.outcome(), error),
        }
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::AlreadyStored { .. } => Self::new(
                StatusCode::CONFLICT,
                "exists",
                "there is an order with this id",
            ),
            StartError::Restore { .. } => Self::internal(error),
            error => Self::of_outcome(error.outcome(), error),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_done", error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::warn!(status = self.status.as_u16(), "{}", self.message);
        }
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
