//! The way in: orders are placed and read, and the parts are looked at, crashed and retried.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use noex::StartError;
use noex::store::Key;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::order::{Items, NewOrder, View};
use crate::payments::Till;
use crate::shop::Shop;
use crate::stock::Shelves;

/// The routes of the shop.
pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/orders/{id}", post(place).get(read))
        .route("/stock", get(stock))
        .route("/payments", get(payments))
        .route("/tree", get(tree))
        .route("/kill/{part}", post(kill))
        .route("/kill/{part}/{id}", post(kill_one))
        .route("/parked", get(parked))
        .route("/retry/{key}", post(retry))
        .fallback(async || ApiError::not_found("such path"))
        .with_state(shop)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    items: Items,
}

/// Answers once the order is on the disk. Placed twice, it is one order.
async fn place(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    body: Result<Json<Place>, JsonRejection>,
) -> Result<(StatusCode, Json<View>), ApiError> {
    let Json(Place { items }) = body?;
    let new = NewOrder {
        id: id.clone(),
        items: items.clone(),
    };
    let status = match shop.orders.create(&id, new).await {
        Ok(_) => StatusCode::CREATED,
        Err(StartError::AlreadyStored { .. }) => StatusCode::OK,
        Err(error) => return Err(error.into()),
    };
    shop.desk.watch(id.clone()).await?;
    let order = shop.orders.at(&id).read().await?;
    if order.items != items {
        return Err(ApiError::another_order());
    }
    Ok((status, Json(order)))
}

async fn read(State(shop): State<Shop>, Path(id): Path<String>) -> Result<Json<View>, ApiError> {
    Ok(Json(shop.orders.at(&id).read().await?))
}

async fn stock(State(shop): State<Shop>) -> Result<Json<Shelves>, ApiError> {
    Ok(Json(shop.stock.look().await?))
}

async fn payments(State(shop): State<Shop>) -> Result<Json<Till>, ApiError> {
    Ok(Json(shop.payments.look().await?))
}

/// A tree for a person, or the same as JSON for a program that asks for it.
async fn tree(State(shop): State<Shop>, headers: HeaderMap) -> Response {
    let processes = shop.system.processes();
    let accepted = headers.get(header::ACCEPT);
    match accepted.and_then(|accepted| accepted.to_str().ok()) {
        Some(accepted) if accepted.contains("application/json") => Json(processes).into_response(),
        _ => format!("{processes}\n").into_response(),
    }
}

async fn kill(State(shop): State<Shop>, Path(part): Path<String>) -> Result<Json<Value>, ApiError> {
    crash(&shop, &part, None).await
}

async fn kill_one(
    State(shop): State<Shop>,
    Path((part, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    crash(&shop, &part, Some(&id)).await
}

async fn crash(shop: &Shop, part: &str, id: Option<&str>) -> Result<Json<Value>, ApiError> {
    if shop.crash(part, id).await? {
        Ok(Json(json!({ "killed": part })))
    } else {
        Err(ApiError::not_found("such part"))
    }
}

/// What crashed again and again and waits for somebody to look after it.
async fn parked(State(shop): State<Shop>) -> Response {
    Json(shop.system.parked()).into_response()
}

async fn retry(State(shop): State<Shop>, Path(key): Path<String>) -> Result<Json<Value>, ApiError> {
    let key = Key::new(key).map_err(|_| ApiError::not_found("such key"))?;
    Ok(Json(json!({ "retried": shop.system.retry(&key) })))
}
