//! A type seen as what of it is stored: which fields, of which parameters, under which bindings.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{GenericParam, Generics, Ident, Index, Member, WherePredicate, parse_quote};

use crate::mention::{mention, names};
use crate::model::{Field, Form, Item, Rebuild, Storage, Style, Variant, parameter_name};

/// An item with a place for each of its fields.
pub(crate) struct Layout<'a> {
    pub(crate) item: &'a Item,
    pub(crate) variants: Vec<LayoutVariant<'a>>,
    /// The item's parameters, with the bounds that serving and storing need.
    pub(crate) generics: Generics,
    /// Those of them that occur in stored fields.
    pub(crate) stored_generics: Generics,
}

pub(crate) struct LayoutVariant<'a> {
    pub(crate) variant: &'a Variant,
    pub(crate) slots: Vec<Slot<'a>>,
}

/// One field.
pub(crate) struct Slot<'a> {
    pub(crate) field: &'a Field,
    /// Unique among all fields of the item.
    pub(crate) number: usize,
    /// Where it stands in the stored form, if it does.
    pub(crate) stored: Option<Member>,
}

/// A stored field with everything that is said of it.
pub(crate) struct StoredSlot<'a> {
    pub(crate) slot: &'a Slot<'a>,
    pub(crate) member: &'a Member,
    pub(crate) name: &'a syn::LitStr,
    pub(crate) form: &'a Form,
    pub(crate) missing: Option<&'a Rebuild>,
}

impl<'a> Layout<'a> {
    pub(crate) fn new(item: &'a Item) -> Self {
        let mut numbers = 0..;
        let variants: Vec<_> = item
            .body
            .variants
            .iter()
            .map(|variant| layout_variant(variant, &mut numbers))
            .collect();
        let generics = bounded(item);
        Self {
            stored_generics: reduce(&generics, item),
            item,
            variants,
            generics,
        }
    }

    /// All stored fields.
    pub(crate) fn stored(&self) -> impl Iterator<Item = StoredSlot<'_>> {
        self.variants
            .iter()
            .flat_map(|variant| variant.slots.iter())
            .filter_map(Slot::as_stored)
    }

    /// Whether nothing is stored.
    pub(crate) fn is_empty(&self) -> bool {
        self.stored().next().is_none()
    }

    /// The generics of the stored form with a lifetime for what it borrows, if it borrows anything.
    pub(crate) fn borrowed_generics(&self) -> Generics {
        let mut generics = self.stored_generics.clone();
        if !self.is_empty() {
            generics.params.insert(0, parse_quote!('__ref));
        }
        generics
    }
}

impl LayoutVariant<'_> {
    /// The variant of the type `owner` that corresponds to this one.
    pub(crate) fn path(&self, owner: &Ident) -> TokenStream {
        self.variant
            .ident
            .as_ref()
            .map_or_else(|| quote!(#owner), |variant| quote!(#owner::#variant))
    }

    /// A value of `owner`, which has the stored fields only.
    pub(crate) fn stored_value(
        &self,
        owner: &Ident,
        value: impl Fn(&StoredSlot<'_>) -> TokenStream,
    ) -> TokenStream {
        let path = self.path(owner);
        let fields = self.slots.iter().filter_map(Slot::as_stored).map(|stored| {
            let (member, value) = (stored.member, value(&stored));
            quote!(#member: #value)
        });
        quote!(#path { #(#fields,)* })
    }

    /// A value of the item itself, or a pattern for one.
    pub(crate) fn whole_value(
        &self,
        owner: &Ident,
        value: impl Fn(&Slot<'_>) -> TokenStream,
    ) -> TokenStream {
        let path = self.path(owner);
        let fields = self.slots.iter().map(|slot| {
            let (member, value) = (&slot.field.member, value(slot));
            quote!(#member: #value)
        });
        quote!(#path { #(#fields,)* })
    }
}

impl Slot<'_> {
    /// What the field is bound to in patterns.
    pub(crate) fn binding(&self) -> Ident {
        format_ident!("__field_{}", self.number)
    }

    pub(crate) fn as_stored(&self) -> Option<StoredSlot<'_>> {
        let (
            Some(member),
            Storage::Stored {
                name,
                form,
                missing,
                ..
            },
        ) = (&self.stored, &self.field.storage)
        else {
            return None;
        };
        Some(StoredSlot {
            slot: self,
            member,
            name,
            form,
            missing: missing.as_ref(),
        })
    }
}

/// The binding of a stored field, `_` for a skipped one.
pub(crate) fn stored_binding(slot: &Slot<'_>) -> TokenStream {
    if slot.stored.is_some() {
        slot.binding().into_token_stream()
    } else {
        quote!(_)
    }
}

fn layout_variant<'a>(
    variant: &'a Variant,
    numbers: &mut impl Iterator<Item = usize>,
) -> LayoutVariant<'a> {
    let mut places = 0..;
    let slots = variant.fields.iter().zip(numbers).map(|(field, number)| {
        let stored = field
            .is_stored()
            .then(|| match (&field.member, variant.style) {
                (Member::Named(name), Style::Named) => Member::Named(name.clone()),
                _ => Member::Unnamed(Index::from(places.next().unwrap_or_default())),
            });
        Slot {
            field,
            number,
            stored,
        }
    });
    LayoutVariant {
        slots: slots.collect(),
        variant,
    }
}

/// The item's parameters with the bounds that every server needs, and those that plain stored fields need.
fn bounded(item: &Item) -> Generics {
    let krate = &item.krate;
    let serde = quote!(#krate::__private::serde);
    let plain = plain_fields(item);
    let mut generics = item.generics.clone();
    let parameters: Vec<Ident> = generics
        .type_params()
        .map(|parameter| parameter.ident.clone())
        .collect();
    let predicates = &mut generics.make_where_clause().predicates;
    for parameter in parameters {
        predicates.push(parse_quote!(#parameter: ::core::marker::Send + 'static));
        if plain.contains(&parameter.to_string()) {
            predicates
                .push(parse_quote!(#parameter: #serde::Serialize + #serde::de::DeserializeOwned));
        }
    }
    generics
}

/// Leaves out the parameters that no stored field mentions, and every bound on or with them.
fn reduce(generics: &Generics, item: &Item) -> Generics {
    let dropped = item.unstored_parameters();
    let mentions_dropped = |tokens: TokenStream| mention(tokens, &dropped).is_some();
    let is_kept = |one: &&GenericParam| !dropped.contains(&parameter_name(one));
    let mut reduced = generics.clone();
    reduced.params = generics.params.iter().filter(is_kept).cloned().collect();
    for parameter in reduced.type_params_mut() {
        parameter.default = None;
        parameter.bounds = parameter
            .bounds
            .iter()
            .filter(|bound| !mentions_dropped(bound.to_token_stream()))
            .cloned()
            .collect();
    }
    if let Some(clause) = &mut reduced.where_clause {
        let keep = |predicate: &&WherePredicate| !mentions_dropped(predicate.to_token_stream());
        clause.predicates = clause.predicates.iter().filter(keep).cloned().collect();
    }
    reduced
}

/// The names that occur in the types of the fields that serde writes and reads, at least in parts.
fn plain_fields(item: &Item) -> HashSet<String> {
    let plain = item.stored_fields().filter(|field| match &field.storage {
        Storage::Stored {
            form: Form::Plain, ..
        } => true,
        Storage::Stored {
            form: Form::As(wrapper),
            ..
        } => names([wrapper.to_token_stream()]).contains("_"),
        _ => false,
    });
    names(plain.map(|field| field.ty.to_token_stream()))
}
