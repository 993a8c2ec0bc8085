//! How a type is stored, as far as its own definition tells: what its shape is written from.
//!
//! It is read from noex's attributes, or from serde's; see `check::outline`.

use quote::ToTokens as _;
use syn::{Generics, Ident, LitStr, Path, Type};

use super::{Form, Item, Storage, Style, Variant};
use crate::itself::mentions_itself;
use crate::written::written;

/// A type whose shape is asked for.
pub(crate) struct Outlined {
    pub(crate) krate: Path,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) outline: Outline,
}

pub(crate) enum Outline {
    /// A struct.
    Content(Content),
    Enum {
        tagging: Tagging,
        variants: Vec<OutlinedVariant>,
    },
}

pub(crate) enum Tagging {
    External,
    Internal(String),
    Adjacent(String, String),
    Untagged,
}

pub(crate) struct OutlinedVariant {
    pub(crate) name: String,
    pub(crate) content: Content,
    pub(crate) untagged: bool,
}

/// What a struct or a variant holds.
pub(crate) enum Content {
    Unit,
    /// One value, without anything around it.
    One(Part),
    Tuple(Vec<Part>),
    Struct(Vec<NamedPart>),
}

pub(crate) struct NamedPart {
    pub(crate) name: String,
    pub(crate) part: Part,
    pub(crate) default: bool,
    pub(crate) flattened: bool,
}

/// How a value is stored.
pub(crate) enum Part {
    /// As its type says.
    Typed(Type),
    Opaque(String),
    /// As it is written, where something else says how it is stored.
    Written(String),
    With {
        how: String,
        of: Box<Part>,
    },
}

impl Outlined {
    /// The outline of a type with noex's attributes.
    pub(crate) fn of_item(item: &Item) -> Self {
        let mut variants = item.body.variants.iter();
        let outline = if item.body.is_enum {
            Outline::Enum {
                tagging: Tagging::External,
                variants: variants.map(variant_of).collect(),
            }
        } else {
            Outline::Content(variants.next().map_or(Content::Unit, content_of))
        };
        Self {
            krate: item.krate.clone(),
            ident: item.ident.clone(),
            generics: item.generics.clone(),
            outline,
        }
    }

    /// Whether it contains itself.
    pub(crate) fn is_recursive(&self) -> bool {
        self.parts()
            .any(|part| matches!(part, Part::Typed(ty) if mentions_itself(ty, &self.ident)))
    }

    /// Every value in it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        let contents: Vec<&Content> = match &self.outline {
            Outline::Content(content) => vec![content],
            Outline::Enum { variants, .. } => {
                variants.iter().map(|variant| &variant.content).collect()
            }
        };
        contents.into_iter().flat_map(Content::parts)
    }
}

impl Part {
    /// A value of the type `ty`, named `opaque` or stored as `how` says.
    pub(crate) fn new(ty: &Type, opaque: Option<&LitStr>, how: Option<String>) -> Self {
        let named = opaque.map(|name| Self::Opaque(name.value()));
        let Some(how) = how else {
            return named.unwrap_or_else(|| Self::Typed(ty.clone()));
        };
        let of = named.unwrap_or_else(|| Self::Written(written(ty.to_token_stream())));
        Self::With {
            how,
            of: Box::new(of),
        }
    }
}

impl Content {
    /// What a tuple with these parts is stored as.
    pub(crate) fn of_tuple(mut parts: Vec<Part>) -> Self {
        match (parts.len(), parts.pop()) {
            (1, Some(part)) => Self::One(part),
            (_, last) => {
                parts.extend(last);
                Self::Tuple(parts)
            }
        }
    }

    /// The same parts in the order of their names; what is flattened has none and comes first.
    pub(crate) fn of_struct(mut parts: Vec<NamedPart>) -> Self {
        let key = |part: &NamedPart| (!part.flattened, part.name.clone());
        parts.sort_by_key(key);
        Self::Struct(parts)
    }

    fn parts(&self) -> Vec<&Part> {
        match self {
            Self::Unit => Vec::new(),
            Self::One(part) => vec![part],
            Self::Tuple(parts) => parts.iter().collect(),
            Self::Struct(parts) => parts.iter().map(|named| &named.part).collect(),
        }
    }
}

fn variant_of(variant: &Variant) -> OutlinedVariant {
    OutlinedVariant {
        name: variant
            .ident
            .as_ref()
            .map(syn::ext::IdentExt::unraw)
            .map(|name| name.to_string())
            .unwrap_or_default(),
        content: content_of(variant),
        untagged: false,
    }
}

fn content_of(variant: &Variant) -> Content {
    let parts = variant.fields.iter().filter_map(part_of);
    match variant.style {
        Style::Unit => Content::Unit,
        Style::Tuple => Content::of_tuple(parts.map(|named| named.part).collect()),
        Style::Named => Content::of_struct(parts.collect()),
    }
}

fn part_of(field: &super::Field) -> Option<NamedPart> {
    let Storage::Stored {
        name,
        form,
        missing,
        opaque,
    } = &field.storage
    else {
        return None;
    };
    let how = match form {
        Form::Plain => None,
        Form::With(module) => Some(format!("with {}", written(module.to_token_stream()))),
        Form::As(wrapper) => Some(format!("as {}", written(wrapper.to_token_stream()))),
    };
    Some(NamedPart {
        name: name.value(),
        part: Part::new(&field.ty, opaque.as_ref(), how),
        default: missing.is_some(),
        flattened: false,
    })
}
