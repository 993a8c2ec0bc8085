//! A shop in this process: the routes of the service over a database of its own, without a port.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use noex::config::ServerConfig;
use noex::prelude::*;
use orders::gateway::{Gateway, SimulatedGateway};
use serde_json::Value;
use tower::ServiceExt as _;

/// The service over the database of a directory.
pub(crate) struct Shop {
    system: System,
    router: Router,
}

/// What a request was answered: the status and the JSON.
pub(crate) type Answer = (StatusCode, Value);

impl Shop {
    /// Opens the shop with a gateway that takes no time.
    pub(crate) fn open(data: &Path) -> Self {
        let latency = Duration::ZERO;
        Self::with_gateway(data, SimulatedGateway { latency })
    }

    /// Opens the shop with a gateway of one's own.
    pub(crate) fn with_gateway(data: &Path, gateway: impl Gateway + 'static) -> Self {
        let store = SqliteAdapter::open(data.join("orders.db")).expect("the database opens");
        let system = System::new(store);
        let config = ServerConfig::new();
        let orders = orders::service::orders(&system, Arc::new(gateway), config)
            .expect("the options go together");
        let router = orders::http::router(orders);
        Self { system, router }
    }

    /// Ends as the program does, saving what there is to save.
    pub(crate) async fn close(&self) {
        self.system.shutdown().await.expect("everything is saved");
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.answer(Method::GET, path, "").await
    }

    pub(crate) async fn post(&self, path: &str, json: &str) -> Answer {
        self.answer(Method::POST, path, json).await
    }

    pub(crate) async fn answer(&self, method: Method, path: &str, json: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
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

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<axum::body::Body> {
        let answer = self.router.clone().oneshot(request).await;
        answer.expect("the routes always answer")
    }
}
