//! What the program goes by: its own settings and those of its servers, from a configuration file and the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use noex::PersistOptions;
use noex::config::{ConfigError, ServerConfig, ServerConfigs};
use serde::Deserialize;

use crate::args::Args;
use crate::session::Session;

/// The settings, as they are written in a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the sessions are.
    pub data: PathBuf,
    /// The options of each server.
    pub servers: ServerConfigs,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file is not there, or not ours to read.
    #[error("cannot read `{}`", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not TOML, or the program's own part of it is wrong.
    #[error("`{}` is refused: {told}", file.display())]
    Format {
        /// The file.
        file: PathBuf,
        /// What is wrong, with its place.
        told: String,
    },
    /// The options of the servers are wrong.
    #[error("the options of the servers are refused")]
    Servers(#[from] ConfigError),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "./data/sessions".into(),
            servers: ServerConfigs::default(),
        }
    }
}

impl Settings {
    /// The settings of a command line, those of its file included: everything wrong with them is found here.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or something in it is wrong.
    pub fn of(args: Args) -> Result<Self, SettingsError> {
        let mut settings = match &args.config {
            Some(file) => Self::read(file)?,
            None => Self::default(),
        };
        settings.listen = args.listen.unwrap_or(settings.listen);
        settings.data = args.data.unwrap_or(settings.data);
        if let Some(interval) = args.interval {
            let options = PersistOptions::new().interval(interval);
            let config = ServerConfig::new().persist(options);
            settings.servers = settings.servers.with("sessions", config);
        }
        settings
            .servers
            .check()
            .family::<Session>("sessions")
            .done()?;
        Ok(settings)
    }

    fn read(file: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(file).map_err(|source| SettingsError::Read {
            file: file.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|error| SettingsError::Format {
            file: file.to_owned(),
            told: error.to_string().trim_end().to_owned(),
        })
    }
}
