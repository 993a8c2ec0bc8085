//! From a server's name to the key of its record, within a family and without.
//!
//! A template is text with `{name}` and `{family}` in it; a bracket that is meant as such is written twice.

mod error;
pub(crate) mod family;
#[cfg(test)]
mod tests;

pub use error::KeyError;

use crate::persist::quarantine::is_copy;
use crate::store::Key;

/// A checked template of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyTemplate {
    parts: Vec<Part>,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name,
    Family,
}

/// The key of a server outside of a family: the one given at its start, else by the template, else its name.
pub(crate) fn key_of(
    given: Option<Key>,
    template: Option<&KeyTemplate>,
    name: Option<&str>,
) -> Result<Key, KeyError> {
    match (given, template) {
        (Some(key), _) => Ok(key),
        (None, Some(template)) => template.key(name),
        (None, None) => valid(name.ok_or(KeyError::NoKey)?),
    }
}

impl KeyTemplate {
    pub(crate) fn parse(text: &str) -> Result<Self, KeyError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (part, behind) = parse_part(rest, text)?;
            push(&mut parts, part);
            rest = behind;
        }
        if parts.is_empty() {
            Err(KeyError::EmptyTemplate)
        } else {
            Ok(Self {
                parts,
                text: text.to_owned(),
            })
        }
    }

    /// Whether a server can have a key by it outside of a family.
    pub(crate) fn check_alone(&self) -> Result<(), KeyError> {
        if self.parts.contains(&Part::Family) {
            return Err(self.no_family());
        }
        Ok(())
    }

    /// The key of a server outside of a family.
    pub(crate) fn key(&self, name: Option<&str>) -> Result<Key, KeyError> {
        let expand = |part: &Part| match part {
            Part::Text(text) => Ok(text.clone()),
            Part::Name => name.map(str::to_owned).ok_or(KeyError::NoKey),
            Part::Family => Err(self.no_family()),
        };
        valid(
            &self
                .parts
                .iter()
                .map(expand)
                .collect::<Result<String, _>>()?,
        )
    }

    fn no_family(&self) -> KeyError {
        KeyError::NoFamily {
            template: self.text.clone(),
        }
    }
}

fn parse_part<'a>(rest: &'a str, template: &str) -> Result<(Part, &'a str), KeyError> {
    for (sign, part) in [
        ("{{", Part::Text("{".to_owned())),
        ("}}", Part::Text("}".to_owned())),
        ("{name}", Part::Name),
        ("{family}", Part::Family),
    ] {
        if let Some(behind) = rest.strip_prefix(sign) {
            return Ok((part, behind));
        }
    }
    match rest.find(['{', '}']) {
        Some(0) => Err(unknown(rest, template)),
        until => Ok(split_text(rest, until)),
    }
}

fn split_text(rest: &str, until: Option<usize>) -> (Part, &str) {
    let (text, behind) = rest
        .split_at_checked(until.unwrap_or(rest.len()))
        .unwrap_or((rest, ""));
    (Part::Text(text.to_owned()), behind)
}

fn unknown(rest: &str, template: &str) -> KeyError {
    let template = template.to_owned();
    match rest
        .strip_prefix('{')
        .and_then(|inside| inside.split_once('}'))
    {
        Some((placeholder, _)) => KeyError::UnknownPlaceholder {
            placeholder: placeholder.to_owned(),
            template,
        },
        None => KeyError::LoneBracket { template },
    }
}

/// Neighbouring text is one part, so that equal templates have equal parts.
fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (Some(Part::Text(text)), Part::Text(more)) => text.push_str(&more),
        (_, part) => parts.push(part),
    }
}

fn valid(key: &str) -> Result<Key, KeyError> {
    if is_copy(key) {
        return Err(KeyError::Reserved {
            key: key.to_owned(),
        });
    }
    Key::new(key).map_err(|error| KeyError::Invalid { source: error })
}
