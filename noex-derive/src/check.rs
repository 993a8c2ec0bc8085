//! The rules across options: what was read becomes a model, and each broken rule a message.
//!
//! Only this stage makes a [`Checked`], and only a `Checked` is expanded in full.

pub(crate) mod field;
pub(crate) mod handlers;
pub(crate) mod item;
pub(crate) mod key;
pub(crate) mod lock;
pub(crate) mod outline;
pub(crate) mod persist;
pub(crate) mod protocol;
pub(crate) mod server;

use std::ops::Deref;

use crate::errors::{Errors, Reports};

/// A model without mistakes.
pub(crate) struct Checked<T>(T);

/// What came of the checks.
pub(crate) enum Verdict<T> {
    Sound(Checked<T>),
    /// The model with stand-ins for what is missing, and the mistakes.
    Faulty(T, Reports),
}

impl<T> Verdict<T> {
    pub(crate) fn new(model: T, errors: Errors) -> Self {
        match errors.finish() {
            None => Self::Sound(Checked(model)),
            Some(errors) => Self::Faulty(model, errors),
        }
    }
}

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
