//! What a user's code may do that must not reach noex: panics, in calls and in destructors.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Runs `code`; its panic as a message.
#[inline]
pub(crate) fn contained<T>(code: impl FnOnce() -> T) -> Result<T, Arc<str>> {
    catch_unwind(AssertUnwindSafe(code)).map_err(panic_message)
}

/// Drops what belongs to a user, whose destructor may panic.
pub(crate) fn drop_quietly<T>(value: T) {
    if let Err(message) = contained(|| drop(value)) {
        tracing::error!(%message, "a destructor panicked");
    }
}

/// The message a panic was raised with.
pub(crate) fn panic_message(panic: Box<dyn Any + Send>) -> Arc<str> {
    let message = text_of(&*panic).into();
    // What a panic was raised with may itself panic when it is dropped.
    drop_quietly(panic);
    message
}

/// The words of a panic.
pub(crate) fn text_of(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned
        .or_else(|| panic.downcast_ref::<&'static str>().copied())
        .unwrap_or("a panic without a message")
}
