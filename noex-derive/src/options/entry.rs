//! One option while it is being read: its name, and whatever its reader asks for next.

use std::time::Duration;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Expr, Ident, Lit, LitBool, LitInt, LitStr, Path, Token, Type};

use super::{Given, Once, Place};
use crate::errors::{Errors, Message};
use crate::literal::{DurationFault, PARTS, is_off, parse_duration, spell_duration};

/// The option that is being read: its name, and what follows.
pub(crate) struct Entry<'a> {
    pub(crate) key: Ident,
    place: Place,
    input: ParseStream<'a>,
    errors: &'a Errors,
}

impl<'a> Entry<'a> {
    pub(super) fn new(
        key: Ident,
        place: Place,
        input: ParseStream<'a>,
        errors: &'a Errors,
    ) -> Self {
        Self {
            key,
            place,
            input,
            errors,
        }
    }

    /// The option's name, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    /// Puts `value` into the option's slot, which has to be empty.
    pub(crate) fn set<T>(
        &self,
        slot: &mut Once<T>,
        value: Result<T, Message>,
    ) -> Result<bool, Message> {
        let value = value?;
        if slot.is_some() {
            let fact = format!(
                "duplicate `{}` option `{}`",
                self.place.attribute(),
                self.key
            );
            self.errors
                .push(Message::at(&self.key, fact).help("keep one of the two"));
            return Ok(true);
        }
        *slot = Some(Given {
            key: self.key.clone(),
            value,
        });
        Ok(true)
    }

    /// Nothing: the name alone.
    pub(crate) fn flag(&self) -> Result<(), Message> {
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Ok(());
        }
        Err(
            Message::at(&self.key, format!("`{}` takes no value", self.key))
                .help(format!("write `{}`, or leave it out", self.key)),
        )
    }

    /// `= "30s"`
    pub(crate) fn duration(&self) -> Result<Duration, Message> {
        let words = self.literal::<LitStr>("a duration")?;
        parse_duration(&words.value()).map_err(|fault| self.not_a_duration(&words, fault))
    }

    /// `= true`
    pub(crate) fn boolean(&self) -> Result<bool, Message> {
        self.literal::<LitBool>("`true` or `false`")
            .map(|literal| literal.value)
    }

    /// `= 2`
    pub(crate) fn integer(&self) -> Result<LitInt, Message> {
        self.literal("a positive whole number")
    }

    /// `= 0x9f3a`, where zero is as good as any
    pub(crate) fn whole(&self, what: &str) -> Result<LitInt, Message> {
        self.literal(what)
    }

    /// `= "text"`
    pub(crate) fn string(&self) -> Result<LitStr, Message> {
        self.literal("a string")
    }

    /// `= Type`, `= path::to::function`, `= expression`
    pub(crate) fn parsed<T: Parse>(&self, what: &str) -> Result<T, Message> {
        self.equals(what)?;
        let ahead = self.input.fork();
        if let Ok(value) = ahead.parse() {
            self.input.advance_to(&ahead);
            return Ok(value);
        }
        let given = self.value()?;
        let fact = format!("`{}` takes {what}", self.key);
        let help = unquoted::<T>(&given).map_or_else(
            || self.usage(),
            |bare| format!("write it without quotes: `{} = {bare}`", self.key),
        );
        Err(Message::at(given, fact).help(help))
    }

    /// `= "Type"` or `= "module"`, parsed from inside the string, each token at the string's place
    pub(crate) fn quoted<T: Parse>(&self, what: &str) -> Result<T, Message> {
        let words = self.literal::<LitStr>("a string")?;
        words.parse().map_err(|_| {
            Message::at(&words, format!("`{}` is not {what}", words.value())).help(self.usage())
        })
    }

    /// `= expression`, or the name alone
    pub(crate) fn optional<T: Parse>(&self, what: &str) -> Result<Option<T>, Message> {
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Ok(None);
        }
        self.parsed(what).map(Some)
    }

    /// `(..)`, its content read by `parser`
    pub(crate) fn list<T>(
        &self,
        what: &str,
        parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> Result<T, Message> {
        let fact = format!("`{}` takes {what} in parentheses", self.key);
        if !self.input.peek(syn::token::Paren) {
            return Err(Message::at(&self.key, fact).help(self.usage()));
        }
        let group: Group = self.input.parse()?;
        let parse = |content: ParseStream<'_>| parser(content);
        parse
            .parse2(group.stream())
            .map_err(|error| Message::at_span(error.span(), fact).help(self.usage()))
    }

    fn literal<T: FromLiteral>(&self, what: &str) -> Result<T, Message> {
        self.equals(what)?;
        let given = self.value()?;
        let literal = syn::parse2::<Lit>(given.clone())
            .ok()
            .and_then(T::from_literal);
        literal.ok_or_else(|| {
            Message::at(given, format!("`{}` takes {what}", self.key)).help(self.usage())
        })
    }

    /// Whatever was given: all of it where it is an expression or a type, so that no comma in it is taken for the
    /// end of the option.
    fn value(&self) -> Result<TokenStream, Message> {
        let (expression, ty) = (self.input.fork(), self.input.fork());
        let is_alone = |ahead: ParseStream<'_>| ahead.is_empty() || ahead.peek(Token![,]);
        if let (Ok(value), true) = (expression.parse::<Expr>(), is_alone(&expression)) {
            self.input.advance_to(&expression);
            return Ok(value.into_token_stream());
        }
        if let (Ok(value), true) = (ty.parse::<Type>(), is_alone(&ty)) {
            self.input.advance_to(&ty);
            return Ok(value.into_token_stream());
        }
        Ok(self.input.parse::<TokenTree>()?.into())
    }

    fn equals(&self, what: &str) -> Result<(), Message> {
        if self.input.peek(Token![=]) {
            self.input.parse::<Token![=]>()?;
            if !self.input.is_empty() && !self.input.peek(Token![,]) {
                return Ok(());
            }
        }
        Err(Message::at(&self.key, format!("`{}` takes {what}", self.key)).help(self.usage()))
    }

    fn usage(&self) -> String {
        format!("write it as in `{}`", self.place.example(&self.name()))
    }

    fn not_a_duration(&self, words: &LitStr, fault: DurationFault) -> Message {
        let text = words.value();
        let parts = format!("write {PARTS}");
        let (fact, advice) = match fault {
            DurationFault::NotADuration if is_off(&text) => return self.is_off(words),
            DurationFault::NotADuration if text.trim().is_empty() => {
                (format!("`{}` cannot be empty", self.key), parts)
            }
            DurationFault::NotADuration => (format!("`{text}` is not a duration"), parts),
            DurationFault::Zero => (
                format!("`{}` cannot be zero", self.key),
                "leave it out, or write a longer time".to_owned(),
            ),
            DurationFault::TooLong => (
                format!("`{text}` is longer than a hundred years"),
                "write a shorter time".to_owned(),
            ),
        };
        let example = spell_duration(&text).map_or_else(
            || self.place.example(&self.name()).to_owned(),
            |spelt| format!("{} = \"{spelt}\"", self.key),
        );
        Message::at(words, fact).help(format!("{advice}, as in `{example}`"))
    }

    /// An attribute has no word for what is so without the option.
    fn is_off(&self, words: &LitStr) -> Message {
        let name = self.name();
        if self.place.is_off_unless_given(&name) {
            return Message::at(words, format!("`{}` is not a duration", words.value()))
                .help(format!("leave `{name}` out: it is off then"));
        }
        Message::at(words, format!("`{name}` cannot be off")).help(format!(
            "write {PARTS}, as in `{}`",
            self.place.example(&name)
        ))
    }

    /// The option as it was written, if it is a name or a name with one literal or path.
    pub(super) fn written(&self) -> Option<String> {
        let ahead = self.input.fork();
        ahead.parse::<Token![=]>().ok()?;
        let value = if let Ok(literal) = ahead.parse::<Lit>() {
            literal.to_token_stream().to_string()
        } else {
            let path = ahead.parse::<Path>().ok()?;
            path.to_token_stream().to_string().replace(' ', "")
        };
        let is_all = ahead.is_empty() || ahead.peek(Token![,]);
        is_all.then(|| format!("{} = {value}", self.key))
    }
}

/// What stands in a string, if it could be written without quotes.
fn unquoted<T: Parse>(given: &TokenStream) -> Option<String> {
    let words = syn::parse2::<LitStr>(given.clone()).ok()?;
    words.parse::<T>().ok().map(|_| words.value())
}

/// A kind of literal that an option can ask for.
trait FromLiteral: Sized {
    fn from_literal(literal: Lit) -> Option<Self>;
}

impl FromLiteral for LitStr {
    fn from_literal(literal: Lit) -> Option<Self> {
        if let Lit::Str(literal) = literal {
            Some(literal)
        } else {
            None
        }
    }
}

impl FromLiteral for LitBool {
    fn from_literal(literal: Lit) -> Option<Self> {
        if let Lit::Bool(literal) = literal {
            Some(literal)
        } else {
            None
        }
    }
}

impl FromLiteral for LitInt {
    fn from_literal(literal: Lit) -> Option<Self> {
        match literal {
            Lit::Int(literal) if !literal.base10_digits().starts_with('-') => Some(literal),
            _ => None,
        }
    }
}
