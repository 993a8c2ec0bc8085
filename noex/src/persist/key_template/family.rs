//! The keys of a family: one prefix, and behind it the name.

use super::{KeyError, KeyTemplate, Part, valid};
use crate::persist::quarantine::is_copy;
use crate::store::Key;

/// How a family makes keys of names, and finds the names again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FamilyKeys {
    prefix: String,
}

impl FamilyKeys {
    /// The keys of `family`, by the template where there is one, else `{family}:{name}`.
    pub(crate) fn new(family: &str, template: Option<&KeyTemplate>) -> Result<Self, KeyError> {
        if family.is_empty() || family.contains(':') {
            return Err(KeyError::FamilyName {
                family: family.to_owned(),
            });
        }
        let prefix = match template {
            Some(template) => prefix_of(template, family)?,
            None => format!("{family}:"),
        };
        Ok(Self { prefix })
    }

    /// What every key of the family, and no other family's, begins with.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The key of the server with that name.
    pub(crate) fn key(&self, name: &str) -> Result<Key, KeyError> {
        if name.is_empty() {
            return Err(KeyError::NoKey);
        }
        valid(&format!("{}{name}", self.prefix))
    }

    /// The name of the server with that key, if it is one of the family's.
    pub(crate) fn name_of<'k>(&self, key: &'k Key) -> Option<&'k str> {
        key.as_str()
            .strip_prefix(self.prefix.as_str())
            .filter(|name| !name.is_empty() && !is_copy(key.as_str()))
    }
}

/// The one among the prefixes (each with what it belongs to) that a new prefix would share keys with.
pub(crate) fn sharing_prefix<'a, T>(
    mut taken: impl Iterator<Item = (&'a str, T)>,
    new: &str,
) -> Option<T> {
    let shares = |prefix: &str| prefix.starts_with(new) || new.starts_with(prefix);
    taken.find(|(prefix, _)| shares(prefix)).map(|(_, of)| of)
}

fn prefix_of(template: &KeyTemplate, family: &str) -> Result<String, KeyError> {
    let name_not_last = || KeyError::NameNotLast {
        template: template.text.clone(),
        family: family.to_owned(),
    };
    let (Part::Name, before) = template.parts.split_last().ok_or_else(name_not_last)? else {
        return Err(name_not_last());
    };
    let expand = |part: &Part| match part {
        Part::Text(text) => Ok(text.clone()),
        Part::Family => Ok(family.to_owned()),
        Part::Name => Err(name_not_last()),
    };
    before.iter().map(expand).collect()
}
