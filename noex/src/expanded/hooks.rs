//! How hooks are called, and what they return.
//!
//! A hook is named by path and may be `async`, so its return type can depend on the lifetimes of its arguments:
//! it is called through a bound, which the compiler reports at the path with the signature it expects.

use std::fmt::Display;

use crate::server::HookError;

/// Calls a hook that takes two arguments.
pub fn call_2<A, B, R>(hook: impl FnOnce(A, B) -> R, first: A, second: B) -> R {
    hook(first, second)
}

/// Calls a hook that takes three arguments.
pub fn call_3<A, B, C, R>(hook: impl FnOnce(A, B, C) -> R, first: A, second: B, third: C) -> R {
    hook(first, second, third)
}

/// The result of a hook that may fail.
#[diagnostic::on_unimplemented(
    message = "this hook returns `{Self}`, not a `Result`",
    label = "expected a `Result` whose error can be displayed"
)]
pub trait Fallible<T> {
    /// The result, its error in words.
    fn in_words(self) -> Result<T, HookError>;
}

#[diagnostic::do_not_recommend]
impl<T, E: Display> Fallible<T> for Result<T, E> {
    fn in_words(self) -> Result<T, HookError> {
        self.map_err(HookError::new)
    }
}

/// The result of a hook, its error in words.
pub fn fallible<T, R: Fallible<T>>(returned: R) -> Result<T, HookError> {
    returned.in_words()
}

/// What a hook that cannot fail returns.
#[diagnostic::on_unimplemented(
    message = "this hook returns `{Self}`, which nobody would look at",
    label = "expected nothing"
)]
pub trait Quiet {}

impl Quiet for () {}

/// Takes the nothing that a hook returns.
pub fn quiet<R: Quiet>(returned: R) {
    drop(returned);
}
