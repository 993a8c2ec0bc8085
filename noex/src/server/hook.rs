//! Hooks are named by path and may be sync or `async`: what one returns is settled here.

use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;

/// What a hook failed with, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookError {
    message: Arc<str>,
}

impl HookError {
    /// Keeps `error` as it displays itself.
    pub fn new(error: impl fmt::Display) -> Self {
        Self {
            message: error.to_string().into(),
        }
    }
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for HookError {}

/// What a hook may return: a value, or a future of one. `Kind` keeps the two apart for inference.
pub trait Settle<Kind> {
    /// The value in the end.
    type Output;
    /// Waits for it, or does not.
    type Future: Future<Output = Self::Output>;

    /// Starts to wait for it.
    fn settle(self) -> Self::Future;
}

/// Marks a hook's return value that is there at once.
pub enum Now {}

/// Marks a hook's return value that is a future.
pub enum Later {}

impl Settle<Now> for () {
    type Output = ();
    type Future = Ready<()>;

    fn settle(self) -> Self::Future {
        ready(())
    }
}

impl<T, E> Settle<Now> for Result<T, E> {
    type Output = Self;
    type Future = Ready<Self>;

    fn settle(self) -> Self::Future {
        ready(self)
    }
}

impl<F: Future> Settle<Later> for F {
    type Output = F::Output;
    type Future = F;

    fn settle(self) -> Self::Future {
        self
    }
}

/// The value of a hook that may be sync or `async`.
pub async fn settle<Kind, T: Settle<Kind>>(returned: T) -> T::Output {
    returned.settle().await
}
