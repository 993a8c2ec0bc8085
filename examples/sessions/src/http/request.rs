//! The parts of a request, which refuse what is wrong in the words of the service.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::token::Token;

/// A body of JSON.
pub(super) struct Body<T>(pub(super) T);

/// The token of `authorization: Bearer ..`.
pub(super) struct Bearer(pub(super) Token);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        token(parts).map(Self).ok_or_else(ApiError::no_session)
    }
}

fn token(parts: &Parts) -> Option<Token> {
    let (scheme, token) = parts
        .headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let token = token.trim().parse().ok();
    token.filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::bad_request(rejection.status(), rejection.body_text())
    }
}
