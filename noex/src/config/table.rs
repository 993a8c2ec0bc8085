//! The table of one server, read and written: all its mistakes are noted, and none stops the reading.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};

use super::error::{ConfigError, Mistake};
use super::fault::Fault;
use super::options::{self, Options, join, names, note_meant};
use super::origin::Origin;
use super::raw::Raw;
use super::server::ServerConfig;
use crate::persist::PersistOptions;

/// The table in a server's table.
const PERSIST: &str = "persist";

/// The options of one server, from the table at `path`.
pub(super) fn read_server(path: &str, raw: &Raw) -> ServerConfig {
    let mut config = ServerConfig::default();
    let mut mistakes = Vec::new();
    if let Some(entries) = entries(path, raw, &mut mistakes) {
        let (inner, own): (Vec<_>, Vec<_>) = entries.iter().partition(|(name, _)| name == PERSIST);
        let inner_path = join(path, PERSIST);
        read_persist(&mut config.persist, &inner_path, &inner, &mut mistakes);
        for name in options::read(&mut config, path, own.into_iter(), &mut mistakes) {
            let fault = not_of_the_server(name, path);
            let at = join(path, name);
            note_meant(&mut config.persist, name, &at);
            for meant in fault.meant() {
                note_meant(&mut config, meant, &at);
            }
            mistakes.push(Mistake::new(Origin::file(at), fault));
        }
    }
    config.mistakes = mistakes;
    config
}

/// The content of the table at `path`, if it is one.
pub(super) fn entries<'r>(
    path: &str,
    raw: &'r Raw,
    mistakes: &mut Vec<Mistake>,
) -> Option<&'r [(String, Raw)]> {
    if let Raw::Table(entries) = raw {
        return Some(entries);
    }
    let fault = Fault::WrongType {
        takes: "a table",
        found: raw.what(),
    };
    mistakes.push(Mistake::new(Origin::file(path), fault));
    None
}

fn read_persist(
    persist: &mut PersistOptions,
    path: &str,
    tables: &[&(String, Raw)],
    mistakes: &mut Vec<Mistake>,
) {
    let [(_, raw), again @ ..] = tables else {
        return;
    };
    let twice = again
        .iter()
        .map(|_| Mistake::new(Origin::file(path), Fault::Duplicate));
    mistakes.extend(twice);
    let Some(entries) = entries(path, raw, mistakes) else {
        return;
    };
    for name in options::read(persist, path, entries.iter(), mistakes) {
        let fault = not_of_persist(name, path);
        for meant in fault.meant() {
            note_meant(persist, meant, &join(path, name));
        }
        mistakes.push(Mistake::new(Origin::file(join(path, name)), fault));
    }
}

fn not_of_the_server(name: &str, path: &str) -> Fault {
    if names::<PersistOptions>().contains(&name) {
        let table = persist_table_of(path);
        return Fault::Misplaced { table };
    }
    let mut known = names::<ServerConfig>();
    known.push(PERSIST);
    unknown(name, known)
}

/// The table of persistence in the table at `path`; where that bears its name, its place is in a server's.
fn persist_table_of(path: &str) -> String {
    match path.strip_suffix(PERSIST) {
        Some(servers) if servers.ends_with('.') => format!("{servers}<the server>.{PERSIST}"),
        _ => join(path, PERSIST),
    }
}

fn not_of_persist(name: &str, path: &str) -> Fault {
    if !names::<ServerConfig>().contains(&name) {
        return unknown(name, names::<PersistOptions>());
    }
    let table = path.trim_end_matches(PERSIST).trim_end_matches('.');
    let table = if table.is_empty() {
        "the server"
    } else {
        table
    };
    Fault::Misplaced {
        table: table.to_owned(),
    }
}

fn is_of_the_code(name: &str) -> bool {
    let server = ServerConfig::OF_THE_CODE.iter();
    server
        .chain(PersistOptions::OF_THE_CODE)
        .any(|option| *option == name)
}

fn unknown(name: &str, known: Vec<&'static str>) -> Fault {
    if is_of_the_code(name) {
        return Fault::OfTheCode;
    }
    let name = name.to_owned();
    Fault::Unknown { name, known }
}

/// Fails with all mistakes there are, their paths beginning in this table.
impl<'de> Deserialize<'de> for ServerConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Raw::deserialize(deserializer)?;
        if !matches!(raw, Raw::Table(_)) {
            let found = raw.what();
            return Err(D::Error::custom(format!(
                "a server takes a table, not {found}"
            )));
        }
        let mut config = read_server("", &raw);
        let mistakes = std::mem::take(&mut config.mistakes);
        ConfigError::unless_empty(mistakes).map_err(D::Error::custom)?;
        Ok(config)
    }
}

/// What is set, as it would be written in a file.
impl Serialize for ServerConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ConfigError::unless_empty(self.mistakes.clone()).map_err(S::Error::custom)?;
        let mut table = options::write(self);
        let persist = options::write(&self.persist);
        if !persist.is_empty() {
            table.push((PERSIST.to_owned(), Raw::Table(persist)));
        }
        Raw::Table(table).serialize(serializer)
    }
}
