//! What the macros know of a state once its attributes have been read and checked.
//!
//! The message enum and its handlers have models of their own, in [`protocol`] and [`handlers`].

pub(crate) mod handlers;
pub(crate) mod outline;
pub(crate) mod protocol;

use std::time::Duration;

use quote::ToTokens as _;
use syn::{
    Expr, ExprPath, GenericParam, Generics, Ident, LitInt, LitStr, Member, Path, Type, Visibility,
};

use crate::mention::names;

/// A state with `#[derive(GenServer)]`.
pub(crate) struct State {
    pub(crate) item: Item,
    pub(crate) server: Server,
    pub(crate) persist: Option<Persist>,
}

/// A type whose values are stored: a state, or an old version of one.
pub(crate) struct Item {
    pub(crate) krate: Path,
    pub(crate) visibility: Visibility,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) body: Body,
}

/// The content of a type. A struct is one variant without a name.
pub(crate) struct Body {
    pub(crate) is_enum: bool,
    pub(crate) variants: Vec<Variant>,
}

pub(crate) struct Variant {
    pub(crate) ident: Option<Ident>,
    pub(crate) style: Style,
    pub(crate) fields: Vec<Field>,
}

/// How the fields of a variant are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Named,
    Tuple,
    Unit,
}

pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) visibility: Visibility,
    pub(crate) ty: Type,
    pub(crate) storage: Storage,
}

/// Whether and how a field is stored.
pub(crate) enum Storage {
    Skipped(Rebuild),
    Stored {
        name: LitStr,
        form: Form,
        missing: Option<Rebuild>,
        /// What its type is called in the shape.
        opaque: Option<LitStr>,
    },
}

/// A value for a field that no record holds.
pub(crate) enum Rebuild {
    Default,
    Value(Expr),
}

/// How a field's value is written and read.
pub(crate) enum Form {
    Plain,
    With(ExprPath),
    As(Type),
}

/// `#[genserver(..)]`
pub(crate) struct Server {
    /// `None` where it is missing, which has been reported.
    pub(crate) protocol: Option<Type>,
    pub(crate) env: Option<Type>,
    pub(crate) args: Option<Type>,
    pub(crate) init: Option<ExprPath>,
    pub(crate) on_start: Option<ExprPath>,
    pub(crate) terminate: Option<ExprPath>,
    pub(crate) mailbox: Option<usize>,
    pub(crate) call_timeout: Option<Duration>,
    pub(crate) start_timeout: Option<Duration>,
    pub(crate) shutdown_timeout: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) inline: Option<bool>,
}

/// `#[persist(..)]`
#[expect(
    clippy::struct_field_names,
    reason = "fields are named as the options are"
)]
pub(crate) struct Persist {
    pub(crate) interval: Option<Duration>,
    pub(crate) save_on_stop: Option<bool>,
    pub(crate) restore: Option<bool>,
    pub(crate) key: Option<LitStr>,
    pub(crate) max_age: Option<Duration>,
    pub(crate) max_idle: Option<Duration>,
    pub(crate) cleanup_interval: Option<Duration>,
    pub(crate) delete_on_stop: bool,
    pub(crate) version: u32,
    /// The types of the versions from 1 on, in order.
    pub(crate) old_versions: Vec<Type>,
    pub(crate) before_persist: Option<ExprPath>,
    pub(crate) after_persist: Option<ExprPath>,
    pub(crate) on_restore: Option<ExprPath>,
    pub(crate) on_error: Option<ExprPath>,
    pub(crate) quarantine: Option<bool>,
    pub(crate) kind: Option<LitStr>,
    pub(crate) clones: Option<bool>,
    /// Where `"msgpack"` is written.
    pub(crate) msgpack: Option<LitStr>,
    pub(crate) shape: Option<WrittenShape>,
}

/// `shape = 0x9f3a11c2d4e5f607`
pub(crate) struct WrittenShape {
    pub(crate) literal: LitInt,
    pub(crate) value: u64,
}

/// A type with `#[derive(Stored)]`.
pub(crate) struct OldVersion {
    pub(crate) item: Item,
    /// The kind whose records these are, and the shape they have.
    pub(crate) lock: Option<(LitStr, WrittenShape)>,
}

impl Item {
    pub(crate) fn stored_fields(&self) -> impl Iterator<Item = &Field> {
        let variants = self.body.variants.iter();
        variants
            .flat_map(|variant| &variant.fields)
            .filter(|field| field.is_stored())
    }

    /// The parameters that no stored field mentions: the stored form does not have them.
    pub(crate) fn unstored_parameters(&self) -> Vec<String> {
        let stored = names(self.stored_fields().map(|field| field.ty.to_token_stream()));
        let parameters = self.generics.params.iter().map(parameter_name);
        parameters.filter(|name| !stored.contains(name)).collect()
    }
}

/// The name of a parameter, without `'`.
pub(crate) fn parameter_name(parameter: &GenericParam) -> String {
    match parameter {
        GenericParam::Type(parameter) => parameter.ident.to_string(),
        GenericParam::Const(parameter) => parameter.ident.to_string(),
        GenericParam::Lifetime(parameter) => parameter.lifetime.ident.to_string(),
    }
}

impl Field {
    pub(crate) fn is_stored(&self) -> bool {
        matches!(self.storage, Storage::Stored { .. })
    }
}
