//! The shape of a type as a constant, and `#[derive(Shape)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Generics, Ident, Path, Type};

use super::generated;
use crate::check::Checked;
use crate::itself::replace_itself;
use crate::locate::{at, place};
use crate::mention::names;
use crate::model::outline::{
    Content, NamedPart, Outline, Outlined, OutlinedVariant, Part, Tagging,
};

/// Expands to: `impl Shape for Item`.
pub(crate) fn expand_shape(outlined: &Checked<Outlined>) -> TokenStream {
    let shape = expand_shape_of(outlined, &outlined.ident);
    let generated = generated();
    quote! {
        #generated
        const _: () = { #shape };
    }
}

/// Expands to: `impl Shape for Item`, with a shape that says nothing.
pub(crate) fn expand_shape_stub(outlined: &Outlined) -> TokenStream {
    let (krate, ident) = (&outlined.krate, &outlined.ident);
    let (impls, parameters, bounds) = outlined.generics.split_for_impl();
    let generated = generated();
    quote! {
        #generated
        const _: () = {
            impl #impls #krate::shape::Shape for #ident #parameters #bounds {
                const SHAPE: #krate::shape::Node = #krate::shape::Node::Leaf("");
            }
        };
    }
}

/// `impl Shape for Owner { const SHAPE: Node = Node::Struct(&[..]); }`; the owner is stored as the outline says.
pub(crate) fn expand_shape_of(outlined: &Outlined, owner: &Ident) -> TokenStream {
    let krate = &outlined.krate;
    let node = expand_outline(outlined);
    let generics = bounded(outlined);
    let (impls, parameters, bounds) = generics.split_for_impl();
    let marker = outlined.is_recursive().then(|| expand_marker(outlined));
    quote! {
        #marker
        impl #impls #krate::shape::Shape for #owner #parameters #bounds {
            const SHAPE: #krate::shape::Node = #node;
        }
    }
}

/// What stands for the type in its own fields.
fn expand_marker(outlined: &Outlined) -> TokenStream {
    let krate = &outlined.krate;
    let marker = Ident::new(MARKER, outlined.ident.span());
    let name = syn::ext::IdentExt::unraw(&outlined.ident).to_string();
    quote! {
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::default::Default,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::cmp::PartialOrd,
            ::core::cmp::Ord,
            ::core::hash::Hash,
        )]
        struct #marker;
        impl #krate::shape::Shape for #marker {
            const SHAPE: #krate::shape::Node = #krate::shape::Node::Itself(#name);
        }
    }
}

const MARKER: &str = "__Itself";

/// The type's parameters, with the bounds that its parts need.
fn bounded(outlined: &Outlined) -> Generics {
    let krate = &outlined.krate;
    let mut generics = outlined.generics.clone();
    let parameters: Vec<String> = generics
        .type_params()
        .map(|parameter| parameter.ident.to_string())
        .collect();
    let parts = outlined.parts().filter_map(|part| match part {
        Part::Typed(ty) => Some(replace_itself(ty, &outlined.ident, MARKER)),
        _ => None,
    });
    let generic = parts.filter(|ty| {
        let mentioned = names([ty.clone()]);
        parameters.iter().any(|name| mentioned.contains(name))
    });
    let predicates: Vec<syn::WherePredicate> = generic
        .map(|ty| syn::parse_quote!(#ty: #krate::shape::Shape))
        .collect();
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

fn expand_outline(outlined: &Outlined) -> TokenStream {
    let expand = Expand {
        krate: &outlined.krate,
        ident: &outlined.ident,
    };
    match &outlined.outline {
        Outline::Content(content) => expand
            .content(content)
            .unwrap_or_else(|| expand.node(&quote!(Leaf("unit")))),
        Outline::Enum { tagging, variants } => {
            let tagging = expand.tagging(tagging);
            let variants = variants.iter().map(|variant| expand.variant(variant));
            expand.node(&quote!(Enum(#tagging, &[#(#variants),*])))
        }
    }
}

struct Expand<'a> {
    krate: &'a Path,
    ident: &'a Ident,
}

impl Expand<'_> {
    fn node(&self, what: &TokenStream) -> TokenStream {
        let krate = self.krate;
        quote!(#krate::shape::Node::#what)
    }

    /// Nothing where there is no content.
    fn content(&self, content: &Content) -> Option<TokenStream> {
        Some(match content {
            Content::Unit => return None,
            Content::One(part) => self.part(part),
            Content::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.part(part));
                self.node(&quote!(Tuple(&[#(#parts),*])))
            }
            Content::Struct(parts) => {
                let fields = parts.iter().map(|part| self.field(part));
                self.node(&quote!(Struct(&[#(#fields),*])))
            }
        })
    }

    fn field(&self, named: &NamedPart) -> TokenStream {
        let (krate, name, shape) = (self.krate, &named.name, self.part(&named.part));
        if named.flattened {
            return quote!(#krate::shape::Field::flattened(#shape));
        }
        let default = named.default.then(|| quote!(.with_default()));
        quote!(#krate::shape::Field::new(#name, #shape)#default)
    }

    fn variant(&self, variant: &OutlinedVariant) -> TokenStream {
        let (krate, name) = (self.krate, &variant.name);
        let untagged = variant.untagged.then(|| quote!(.untagged()));
        let content = self.content(&variant.content);
        let variant = content.map_or_else(
            || quote!(unit(#name)),
            |content| quote!(of(#name, #content)),
        );
        quote!(#krate::shape::Variant::#variant #untagged)
    }

    fn part(&self, part: &Part) -> TokenStream {
        match part {
            Part::Typed(ty) => self.shape_of(ty),
            Part::Opaque(name) => self.node(&quote!(Opaque(#name))),
            Part::Written(ty) => self.node(&quote!(Written(#ty))),
            Part::With { how, of } => {
                let of = self.part(of);
                self.node(&quote!(With(#how, &#of)))
            }
        }
    }

    /// All of it where the type stands: the compiler says there what the type lacks.
    fn shape_of(&self, ty: &Type) -> TokenStream {
        let (krate, place) = (at(place(ty), self.krate), place(ty));
        let ty = replace_itself(ty, self.ident, MARKER);
        quote_spanned!(place=> <#ty as #krate::shape::Shape>::SHAPE)
    }

    fn tagging(&self, tagging: &Tagging) -> TokenStream {
        let krate = self.krate;
        let which = match tagging {
            Tagging::External => quote!(External),
            Tagging::Internal(tag) => quote!(Internal(#tag)),
            Tagging::Adjacent(tag, content) => quote!(Adjacent(#tag, #content)),
            Tagging::Untagged => quote!(Untagged),
        };
        quote!(#krate::shape::Tagging::#which)
    }
}
