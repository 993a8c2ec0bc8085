//! The service from its start to its end: the store, the sessions, the port, the signal, the last save.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use noex::config::ServerConfig;
use noex::prelude::*;
use noex::store::{FileAdapter, OpenError};
use noex::{ConfigureError, Family, ShutdownError, ShutdownReport};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::http::router;
use crate::session::Session;
use crate::settings::Settings;
use crate::signals::Signals;
use crate::users::Users;

/// How long requests may take to come to an end once the service is to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Why the service did not start, or did not end as it should have.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The directory could not be opened.
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

/// The sessions of a system.
///
/// # Errors
///
/// The options contradict those that a session declares.
pub fn sessions(
    system: &System,
    users: Users,
    config: ServerConfig,
) -> Result<Family<Session>, ConfigureError> {
    system
        .family::<Session>("sessions")
        .env(users)
        .config(config)
        .build()
}

/// Serves until it is told to stop, and saves what there is to save.
///
/// # Errors
///
/// It could not start, or something was not saved.
pub async fn run(settings: &Settings) -> Result<ShutdownReport, ServiceError> {
    let system = System::new(FileAdapter::open(&settings.data)?);
    let served = serve(settings, &system).await;
    let report = system.shutdown().await?;
    served.map(|()| report)
}

async fn serve(settings: &Settings, system: &System) -> Result<(), ServiceError> {
    let users = Users::demo();
    let config = settings.servers.of("sessions");
    let router = router(sessions(system, users.clone(), config)?, users);
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
    println!("stopping: what is under way comes to its end, and every session is saved");
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

  curl -s http://{address}/sessions --json '{{\"email\":\"ada@example.org\",\"password\":\"analytical engine\"}}'
  token=..  # the one it answers
  curl -s http://{address}/session -H \"authorization: Bearer $token\"
  curl -s http://{address}/session/preferences -H \"authorization: Bearer $token\" --json '{{\"theme\":\"dark\"}}'
  curl -s http://{address}/session/touch -H \"authorization: Bearer $token\" -X POST
  curl -s http://{address}/session/access-token -H \"authorization: Bearer $token\" --json '{{\"password\":\"analytical engine\"}}'
  jq .state {data}/*.json
  curl -s http://{address}/session -H \"authorization: Bearer $token\" -X DELETE

  kill -9 {process} costs what was changed since the last save, and logs nobody out; how sessions are kept:

{options}",
        data = settings.data.display(),
        options = options(settings),
        process = std::process::id(),
    );
}

/// The options of sessions as they hold, written as in a file.
fn options(settings: &Settings) -> String {
    let config = settings.servers.of("sessions").effective::<Session>();
    let servers = BTreeMap::from([("sessions", config)]);
    toml::to_string(&BTreeMap::from([("servers", servers)])).unwrap_or_default()
}

async fn exit_at_the_next(mut signals: Signals) {
    signals.next().await;
    eprintln!("sessions: told to stop again: ended at once, without saving");
    std::process::exit(130);
}
