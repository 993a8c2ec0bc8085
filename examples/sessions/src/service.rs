//! The service from its start to its end: the store, the sessions, the port, the signal, the last save.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use noex::config::ServerConfig;
use noex::prelude::*;
use noex::store::{FileAdapter, OpenError};
use noex::{Application, ApplicationHandle, ApplicationReport, ConfigureError, Family};
use tokio::net::TcpListener;

use crate::http::router;
use crate::session::Session;
use crate::settings::Settings;
use crate::users::Users;

/// Why the service did not start.
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
    /// The port does not say which it is.
    #[error(transparent)]
    Io(#[from] std::io::Error),
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

/// Serves until it is told to stop, and saves what there is to save; what that came to.
///
/// # Errors
///
/// It could not start.
pub async fn run(settings: Settings) -> Result<ApplicationReport, ServiceError> {
    let system = System::new(FileAdapter::open(&settings.data)?);
    let users = Users::demo();
    let config = settings.servers.of("sessions");
    let router = router(sessions(&system, users.clone(), config)?, users);
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
    println!("stopping: what is under way comes to its end, and every session is saved");
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
