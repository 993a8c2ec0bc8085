//! The way in: one route for each thing that can be done to an order.

mod request;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use noex::prelude::*;
use noex::{Checkpoint, Family};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::ApiError;
use crate::gateway::Card;
use crate::order::{NewOrder, Order, OrderClient, Sku, View};
use request::{Body, Id, Parameters};

/// The orders, behind the routes.
type Orders = State<Family<Order>>;

/// What a change answers: the order as it is now.
type Changed = Result<Json<View>, ApiError>;

/// The routes of the service.
pub fn router(orders: Family<Order>) -> Router {
    Router::new()
        .route("/orders", post(create).get(list))
        .route("/orders/{id}", get(read))
        .route("/orders/{id}/items", post(add_item))
        .route("/orders/{id}/pay", post(pay))
        .route("/orders/{id}/ship", post(ship))
        .route("/orders/{id}/cancel", post(cancel))
        .route("/orders/{id}/checkpoint", post(checkpoint))
        .fallback(async || ApiError::no_such_path())
        .method_not_allowed_fallback(async || ApiError::no_such_method())
        .with_state(orders)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    id: Option<Uuid>,
    #[serde(default)]
    items: BTreeMap<Sku, u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddItem {
    sku: Sku,
    quantity: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    card: Card,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    #[serde(default = "Listing::default_limit")]
    limit: usize,
}

#[derive(Serialize)]
struct Listed {
    orders: Vec<String>,
    /// Whether there are more than were asked for.
    more: bool,
}

#[derive(Serialize)]
struct Saved {
    checkpoint: &'static str,
}

/// Answers once the order is on the disk.
async fn create(State(orders): Orders, Body(new): Body<Create>) -> Result<Response, ApiError> {
    let id = new.id.unwrap_or_else(Uuid::new_v4);
    let order = orders.create(&id, NewOrder::new(id, new.items)?).await?;
    let place = HeaderValue::from_str(&format!("/orders/{id}")).map_err(ApiError::internal)?;
    let view = Json(order.read().await?);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], view).into_response())
}

async fn list(
    State(orders): Orders,
    Parameters(listing): Parameters<Listing>,
) -> Result<Json<Listed>, ApiError> {
    let (mut ids, mut pages) = (Vec::new(), orders.keys());
    while ids.len() <= listing.limit {
        let Some(page) = pages.next_page().await? else {
            break;
        };
        ids.extend(page.keys);
    }
    let more = ids.len() > listing.limit;
    ids.truncate(listing.limit);
    Ok(Json(Listed { orders: ids, more }))
}

async fn read(State(orders): Orders, Id(id): Id) -> Changed {
    Ok(Json(at(&orders, id).read().await?))
}

async fn add_item(State(orders): Orders, Id(id): Id, Body(item): Body<AddItem>) -> Changed {
    let AddItem { sku, quantity } = item;
    Ok(Json(at(&orders, id).add_item(sku, quantity).await?))
}

async fn pay(State(orders): Orders, Id(id): Id, Body(Pay { card }): Body<Pay>) -> Changed {
    Ok(Json(at(&orders, id).pay(card).await?))
}

async fn ship(State(orders): Orders, Id(id): Id) -> Changed {
    Ok(Json(at(&orders, id).ship().await?))
}

async fn cancel(State(orders): Orders, Id(id): Id) -> Changed {
    Ok(Json(at(&orders, id).cancel().await?))
}

/// Answers once everything done to the order before is on the disk.
async fn checkpoint(State(orders): Orders, Id(id): Id) -> Result<Json<Saved>, ApiError> {
    let checkpoint = match at(&orders, id).checkpoint().await? {
        Checkpoint::Saved(_) => "saved",
        Checkpoint::Unchanged => "unchanged",
        Checkpoint::Skipped => "skipped",
    };
    Ok(Json(Saved { checkpoint }))
}

fn at(orders: &Family<Order>, id: Uuid) -> OrderClient {
    orders.at(&id)
}

impl Listing {
    fn default_limit() -> usize {
        100
    }
}
