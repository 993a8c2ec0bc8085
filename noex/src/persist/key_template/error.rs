//! Why there is no key for a server.

use crate::store::StoreError;

/// Why a key template is refused, or gives no key for a server.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The server has neither a key nor a name, so that no start would find its record again.
    #[error("a persistent server needs a key or a name")]
    NoKey,
    /// The template is empty.
    #[error("the `key` template is empty")]
    EmptyTemplate,
    /// The template holds a placeholder other than `{name}` and `{family}`.
    #[error(
        "the `key` template `{template}` holds the unknown placeholder `{{{placeholder}}}`, known are `{{name}}` and `{{family}}`"
    )]
    UnknownPlaceholder {
        /// What stands in the brackets.
        placeholder: String,
        /// The template.
        template: String,
    },
    /// A bracket in the template has no partner.
    #[error(
        "the `key` template `{template}` holds a lone bracket; write it twice to mean the bracket itself"
    )]
    LoneBracket {
        /// The template.
        template: String,
    },
    /// The template names the family of a server that is in none.
    #[error("the `key` template `{template}` names a family, but the server is in none")]
    NoFamily {
        /// The template.
        template: String,
    },
    /// In a family the template has to end in `{name}`, and hold it once, so that names can be told from keys.
    #[error(
        "the `key` template `{template}` of the family `{family}` must hold `{{name}}` once, at its end"
    )]
    NameNotLast {
        /// The template.
        template: String,
        /// The family.
        family: String,
    },
    /// Copies of records that were put aside have such keys.
    #[error("`{key}` is a key of records that were put aside")]
    Reserved {
        /// The key.
        key: String,
    },
    /// The name of a family is empty or holds a colon.
    #[error("the name of a family cannot be empty or hold a `:`")]
    FamilyName {
        /// The name.
        family: String,
    },
    /// Keys of one family would be taken for another's.
    #[error(
        "the family `{family}` would share the key prefix `{prefix}` with the family `{other}`"
    )]
    SharedPrefix {
        /// The family being built.
        family: String,
        /// Its prefix.
        prefix: String,
        /// The family of this store that it shares it with.
        other: String,
    },
    /// What came out is no key.
    #[error(transparent)]
    Invalid {
        /// Why it is none.
        source: StoreError,
    },
}
