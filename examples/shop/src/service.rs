//! The shop from its start to its end.

use std::net::SocketAddr;

use noex::prelude::*;
use noex::store::OpenError;
use noex::{Application, ApplicationHandle, ApplicationReport};
use tokio::net::TcpListener;

use crate::args::Args;
use crate::http::router;
use crate::shop::{self, PlanError};
use crate::story;
use crate::terminal::Terminal;

/// Why the shop did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The directory of the records could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The tree could not be put together.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The port is taken, or not ours to take.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
}

/// Runs the shop until it is told to stop; what that came to.
///
/// # Errors
///
/// It could not be opened.
pub async fn run(args: Args) -> Result<ApplicationReport, ServiceError> {
    let system = System::new(FileAdapter::open(&args.data)?);
    let story = tokio::spawn(story::tell(system.events()));
    let (shop, tree) = shop::plan(&system, Terminal::new(args.seed), args.pace)?;
    let listener = listen(args.listen).await?;
    let app = Application::new(system)
        .supervise(tree)
        .serve(|app| async move {
            let address = listener.local_addr()?;
            introduce(address, &args, &shop.system);
            let server = axum::serve(listener, router(shop));
            server.with_graceful_shutdown(told_to_stop(app)).await
        });
    let report = app.run().await;
    // The events end with the system; what was told of its end is to be heard first.
    let _ = story.await;
    Ok(report)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServiceError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServiceError::Listen { address, source })
}

async fn told_to_stop(app: ApplicationHandle) {
    app.stopping().await;
    println!("stopping: everything is saved, from the desk down to the stock");
}

fn introduce(address: SocketAddr, args: &Args, system: &System) {
    println!(
        "\
listening on http://{address}, records in {data}; Ctrl-C saves and stops

  curl -s http://{address}/orders/1 --json '{{\"items\":{{\"tea\":2}}}}'
  curl -s http://{address}/orders/1
  curl -s http://{address}/stock
  curl -s http://{address}/payments
  curl -s http://{address}/tree
  curl -s http://{address}/kill/stock -X POST  # or payments, desk, orders/1, deliveries/1
  curl -s http://{address}/parked
  curl -s http://{address}/retry/stock -X POST
  jq .state {data}/stock.json

  kill -9 {process} costs no order that was answered; the card terminal fails as seed {seed} says

{tree}
",
        data = args.data.display(),
        process = std::process::id(),
        seed = args.seed,
        tree = system.processes(),
    );
}
