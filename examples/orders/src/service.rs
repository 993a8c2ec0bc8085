//! The service from its start to its end: the database, the orders, the port, the signal, the last save.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use noex::config::ServerConfig;
use noex::prelude::*;
use noex::store::OpenError;
use noex::{ConfigureError, Family, ShutdownError, ShutdownReport};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::gateway::{Gateway, SimulatedGateway};
use crate::http::router;
use crate::order::{Deps, Order};
use crate::settings::Settings;
use crate::signals::Signals;

/// How long requests may take to come to an end once the service is to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Why the service did not start, or did not end as it should have.
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
    /// Signals cannot be waited for, or connections not be taken.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Something was not saved.
    #[error(transparent)]
    Shutdown(#[from] ShutdownError),
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

/// Serves until it is told to stop, and saves what there is to save.
///
/// # Errors
///
/// It could not start, or something was not saved.
pub async fn run(settings: &Settings) -> Result<ShutdownReport, ServiceError> {
    let system = System::new(SqliteAdapter::open(settings.data.join("orders.db"))?);
    let served = serve(settings, &system).await;
    let report = system.shutdown().await?;
    served.map(|()| report)
}

async fn serve(settings: &Settings, system: &System) -> Result<(), ServiceError> {
    let gateway = Arc::new(SimulatedGateway::default());
    let config = settings.servers.of("orders");
    let router = router(orders(system, gateway, config)?);
    let listener = listen(settings.listen).await?;
    let mut signals = Signals::new()?;
    introduce(listener.local_addr()?, settings);
    let (stopping, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        // Told to, or nobody there to tell: either way it is time to stop.
        let _ = stopped.await;
    });
    let server = tokio::spawn(server.into_future());
    signals.next().await;
    println!("stopping: what is under way comes to its end, and every order is saved");
    drop(stopping);
    tokio::spawn(exit_at_the_next(signals));
    if tokio::time::timeout(LAST_REQUESTS, server).await.is_err() {
        tracing::warn!("some requests did not come to an end");
    }
    Ok(())
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

async fn exit_at_the_next(mut signals: Signals) {
    signals.next().await;
    eprintln!("orders: told to stop again: ended at once, without saving");
    std::process::exit(130);
}
