//! The service from its start to its end: the database, the orders, the port, the signal, the last save.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use noex::config::ServerConfig;
use noex::prelude::*;
use noex::store::OpenError;
use noex::{Application, ApplicationHandle, ApplicationReport, ConfigureError, Family};
use tokio::net::TcpListener;

use crate::gateway::{Gateway, SimulatedGateway};
use crate::http::router;
use crate::order::{Deps, Order};
use crate::settings::Settings;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The options contradict one another.
    #[error(transparent)]
    Configure(#[from] ConfigureError),
    /// The port is taken, or not ours to take.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The port does not say which it is.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The orders of a system.
///
/// # Errors
///
/// The options contradict those that an order declares.
pub fn orders(
    system: &System,
    gateway: Arc<dyn Gateway>,
    config: ServerConfig,
) -> Result<Family<Order>, ConfigureError> {
    system
        .family::<Order>("orders")
        .env(Deps { gateway })
        .config(config)
        .build()
}

/// Serves until it is told to stop, and saves what there is to save; what that came to.
///
/// # Errors
///
/// It could not start.
pub async fn run(settings: Settings) -> Result<ApplicationReport, ServiceError> {
    let system = System::new(SqliteAdapter::open(settings.data.join("orders.db"))?);
    let gateway = Arc::new(SimulatedGateway::default());
    let config = settings.servers.of("orders");
    let router = router(orders(&system, gateway, config)?);
    let listener = listen(settings.listen).await?;
    let address = listener.local_addr()?;
    let app = Application::new(system).serve(move |app| async move {
        introduce(address, &settings);
        let server = axum::serve(listener, router);
        server.with_graceful_shutdown(told_to_stop(app)).await
    });
    Ok(app.run().await)
}

async fn told_to_stop(app: ApplicationHandle) {
    app.stopping().await;
    println!("stopping: what is under way comes to its end, and every order is saved");
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServiceError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServiceError::Listen { address, source })
}

fn introduce(address: SocketAddr, settings: &Settings) {
    println!(
        "\
listening on http://{address}, data in {data}; Ctrl-C saves and stops

  curl -s http://{address}/orders --json '{{\"items\":{{\"tea\":2}}}}'
  curl -s http://{address}/orders
  id=..  # one of them
  curl -s http://{address}/orders/$id/items --json '{{\"sku\":\"cup\",\"quantity\":4}}'
  curl -s http://{address}/orders/$id/pay --json '{{\"card\":\"tok_visa\"}}'
  curl -s http://{address}/orders/$id/ship -X POST
  curl -s http://{address}/orders/$id/checkpoint -X POST
  curl -s http://{address}/orders/$id

  kill -9 {process} costs what was changed since the last save and not checkpointed; how orders are kept:

{options}",
        data = settings.data.display(),
        options = options(settings),
        process = std::process::id(),
    );
}

/// The options of orders as they hold, written as in a file.
fn options(settings: &Settings) -> String {
    let config = settings.servers.of("orders").effective::<Order>();
    let servers = BTreeMap::from([("orders", config)]);
    toml::to_string(&BTreeMap::from([("servers", servers)])).unwrap_or_default()
}
