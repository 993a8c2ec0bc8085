//! What a user prefers.

use serde::{Deserialize, Serialize};

/// What a user prefers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// How pages look.
    pub theme: Theme,
    /// What they are written in.
    pub language: Language,
}

/// What is to change; the rest stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreferencesChange {
    /// How pages are to look.
    pub theme: Option<Theme>,
    /// What they are to be written in.
    pub language: Option<Language>,
}

/// How pages look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// As the user's system does it.
    System,
}

/// A language, as a tag such as `en` or `pt-BR`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

/// A text that is no tag of a language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language: it is 2 to 35 letters, digits and `-`, as in `en` or `pt-BR`")]
pub struct NotALanguage(String);

impl Preferences {
    pub(super) fn apply(&mut self, change: PreferencesChange) {
        self.theme = change.theme.unwrap_or(self.theme);
        if let Some(language) = change.language {
            self.language = language;
        }
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("en".to_owned())
    }
}

impl TryFrom<String> for Language {
    type Error = NotALanguage;

    fn try_from(text: String) -> Result<Self, NotALanguage> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if (2..=35).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(NotALanguage(text))
        }
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}
