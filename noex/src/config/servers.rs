//! The part of a configuration that is about servers: one section for each.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::check::Check;
use super::error::Mistake;
use super::fault::Fault;
use super::options::join;
use super::origin::Origin;
use super::raw::Raw;
use super::server::ServerConfig;
use super::table::{entries, read_server};

/// The options of several servers by their names in a configuration file, to be a field of a program's own settings.
///
/// Mistakes in it do not fail the reading of the file: what is wrong is found by [`check`](Self::check), together with
/// what only the kinds of the servers can tell, and is all said at once. Nothing faulty comes into use without it
/// either: no server starts and no family is built with a section that has mistakes.
#[derive(Clone, Debug)]
pub struct ServerConfigs {
    root: String,
    sections: Raw,
    code: BTreeMap<String, ServerConfig>,
}

impl ServerConfigs {
    /// Says where in the file this was, for the paths in messages: `servers` unless it is told.
    #[must_use]
    pub fn within(mut self, path: impl Into<String>) -> Self {
        self.root = path.into();
        self
    }

    /// Lays what code says about a server over its section.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, config: ServerConfig) -> Self {
        let said = self.code.entry(name.into()).or_default();
        *said = std::mem::take(said).with(config);
        self
    }

    /// What is said about a server, for [`Spec::config`](crate::Spec::config) or
    /// [`FamilyBuilder::config`](crate::FamilyBuilder::config): nothing, where there is no section of this name.
    pub fn of(&self, name: &str) -> ServerConfig {
        let mut found = ServerConfig::default();
        let Some(sections) = entries(&self.root, &self.sections, &mut found.mistakes) else {
            return found;
        };
        let path = join(&self.root, name);
        for (at, (_, section)) in sections.iter().filter(|(it, _)| it == name).enumerate() {
            if at > 0 {
                let origin = Origin::file(path.as_str());
                found.mistakes.push(Mistake::new(origin, Fault::Duplicate));
            }
            found = found.with(read_server(&path, section));
        }
        match self.code.get(name) {
            Some(code) => found.with(code.clone()),
            None => found,
        }
    }

    /// The names of the sections, as they are written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let sections = match &self.sections {
            Raw::Table(sections) => sections.as_slice(),
            _ => &[],
        };
        sections.iter().map(|(name, _)| name.as_str())
    }

    /// Finds everything that is wrong, once it has been told which servers there are.
    pub fn check(&self) -> Check<'_> {
        Check::new(self)
    }

    /// What is wrong before anything is known of servers.
    pub(super) fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        entries(&self.root, &self.sections, &mut mistakes);
        mistakes
    }

    /// The place of a section in the file.
    pub(super) fn origin_of(&self, name: &str) -> Origin {
        Origin::file(join(&self.root, name))
    }
}

impl Default for ServerConfigs {
    fn default() -> Self {
        Self {
            root: "servers".to_owned(),
            sections: Raw::Table(Vec::new()),
            code: BTreeMap::new(),
        }
    }
}

impl<'de> Deserialize<'de> for ServerConfigs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sections = Raw::deserialize(deserializer)?;
        Ok(Self {
            sections,
            ..Self::default()
        })
    }
}

/// Every section, with what code says over it.
impl Serialize for ServerConfigs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = self.names().chain(self.code.keys().map(String::as_str));
        let sections: BTreeMap<&str, ServerConfig> =
            named.map(|name| (name, self.of(name))).collect();
        sections.serialize(serializer)
    }
}
