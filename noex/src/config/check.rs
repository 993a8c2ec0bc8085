//! Checking all servers of a configuration before any of them is started.

use std::collections::BTreeSet;

use super::error::{ConfigError, Mistake};
use super::fault::Fault;
use super::server::ServerConfig;
use super::servers::ServerConfigs;
use crate::persist::config::Naming;
use crate::server::GenServer;

/// A check of [`ServerConfigs`]: told which servers there are, it finds everything that is wrong.
///
/// Options are checked as they hold in the end, with what the attributes declare and what
/// [`ServerConfigs::with`] says in code. What code says elsewhere is not known here.
#[derive(Debug)]
#[must_use = "a check says nothing until it is `done`"]
pub struct Check<'c> {
    servers: &'c ServerConfigs,
    claimed: BTreeSet<String>,
    mistakes: Vec<Mistake>,
}

impl<'c> Check<'c> {
    pub(super) fn new(servers: &'c ServerConfigs) -> Self {
        Self {
            servers,
            claimed: BTreeSet::new(),
            mistakes: servers.mistakes(),
        }
    }

    /// The section `name` is for a server of the kind `S`.
    pub fn server<S: GenServer>(self, name: &str) -> Self {
        self.claim::<S>(name, Naming::Alone)
    }

    /// The section `name` is for the family of that name, of servers of the kind `S`.
    pub fn family<S: GenServer>(self, name: &str) -> Self {
        self.claim::<S>(name, Naming::Family(name))
    }

    /// The section `name` is for no server by itself, but for several: its values are checked, and nothing more.
    pub fn section(mut self, name: &str) -> Self {
        self.claimed.insert(name.to_owned());
        let config = self.section_of(name);
        self.mistakes.extend(config.mistakes);
        self
    }

    /// The end of the check.
    ///
    /// # Errors
    ///
    /// Everything that is wrong: values, options that contradict one another, and sections for servers that nobody
    /// has named.
    pub fn done(mut self) -> Result<(), ConfigError> {
        let unclaimed: BTreeSet<&str> = self
            .servers
            .names()
            .filter(|name| !self.claimed.contains(*name))
            .collect();
        for name in unclaimed {
            let fault = Fault::UnknownServer {
                name: name.to_owned(),
                known: self.claimed.iter().cloned().collect(),
            };
            let origin = self.servers.origin_of(name);
            self.mistakes.push(Mistake::new(origin, fault));
            let config = self.section_of(name);
            self.mistakes.extend(config.mistakes);
        }
        ConfigError::unless_empty(self.mistakes)
    }

    fn claim<S: GenServer>(mut self, name: &str, naming: Naming<'_>) -> Self {
        self.claimed.insert(name.to_owned());
        let refused = self.section_of(name).resolve::<S>(naming).err();
        let mistakes = refused.map(|error| error.mistakes);
        self.mistakes.extend(mistakes.unwrap_or_default());
        self
    }

    /// A section's options; that there are no sections at all is one mistake, and not one a server.
    fn section_of(&self, name: &str) -> ServerConfig {
        let is_sound = self.servers.mistakes().is_empty();
        if is_sound {
            self.servers.of(name)
        } else {
            ServerConfig::default()
        }
    }
}
