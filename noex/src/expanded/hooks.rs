//! What a hook that may fail returns.

use std::fmt::Display;

use crate::server::HookError;

/// A hook's result.
#[diagnostic::on_unimplemented(
    message = "this hook returns `{Self}`",
    label = "expected a `Result<{T}, E>` whose `E` can be displayed"
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
