//! How hooks are called, and what they return.
//!
//! A hook is named by path and may be `async`, so its return type can depend on the lifetimes of its arguments:
//! it is called through a bound, which the compiler reports at the path with the signature it expects.

use std::fmt::Display;
use std::marker::PhantomData;

use crate::context::{Cx, InitCx};
use crate::exit::ExitReason;
use crate::persist::RecordMeta;
use crate::server::{GenServer, HookError, Settle, settle};

/// Calls the hook that makes a new state.
pub fn init<'a, S: GenServer, R>(
    hook: impl FnOnce(&'a S::Args, &'a mut InitCx<S>) -> R,
    args: &'a S::Args,
    cx: &'a mut InitCx<S>,
) -> R {
    hook(args, cx)
}

/// Calls the hook that runs in every incarnation.
pub fn on_start<'a, S: GenServer, R>(
    hook: impl FnOnce(&'a mut S, &'a mut Cx<S>) -> R,
    state: &'a mut S,
    cx: &'a mut Cx<S>,
) -> R {
    hook(state, cx)
}

/// Calls the hook that sees a restored state.
pub fn on_restore<'a, S: GenServer, R>(
    hook: impl FnOnce(&'a mut S, &'a RecordMeta) -> R,
    state: &'a mut S,
    meta: &'a RecordMeta,
) -> R {
    hook(state, meta)
}

/// Calls the hook that runs before a graceful end.
pub fn terminate<'a, S: GenServer, R>(
    hook: impl FnOnce(&'a mut S, &'a ExitReason, &'a mut Cx<S>) -> R,
    state: &'a mut S,
    reason: &'a ExitReason,
    cx: &'a mut Cx<S>,
) -> R {
    hook(state, reason, cx)
}

/// What a hook that may fail returns: a `T`, a result of one, or a future of either. `Kind` keeps them apart for
/// inference.
#[diagnostic::on_unimplemented(
    message = "this hook returns `{Self}`, not `{T}` or a `Result` of it",
    label = "expected `{T}`, or a `Result` of it whose error can be displayed"
)]
pub trait MayFail<T, Kind> {
    /// The result in the end, its error in words at once: it need not be `Send`.
    fn result(self) -> impl Future<Output = Result<T, HookError>>;
}

/// Marks what is there at once.
pub struct Now<Kind>(PhantomData<Kind>);

/// Marks a future.
pub struct Later<Kind>(PhantomData<Kind>);

/// Marks a result.
pub enum Fails {}

/// Marks a value that is no result.
pub enum Succeeds {}

#[diagnostic::do_not_recommend]
impl<T, E: Display> MayFail<T, Now<Fails>> for Result<T, E> {
    fn result(self) -> impl Future<Output = Result<T, HookError>> {
        std::future::ready(self.in_words())
    }
}

#[diagnostic::do_not_recommend]
impl<T> MayFail<T, Now<Succeeds>> for T {
    fn result(self) -> impl Future<Output = Result<T, HookError>> {
        std::future::ready(self.in_words())
    }
}

#[diagnostic::do_not_recommend]
impl<T, Kind, F: Future<Output: Fallible<T, Kind>>> MayFail<T, Later<Kind>> for F {
    async fn result(self) -> Result<T, HookError> {
        self.await.in_words()
    }
}

/// The result of a hook, its error in words.
pub fn fallible<T, Kind, R: MayFail<T, Kind>>(
    returned: R,
) -> impl Future<Output = Result<T, HookError>> {
    returned.result()
}

/// What a hook that may fail returns in the end.
#[diagnostic::on_unimplemented(
    message = "this hook returns `{Self}`, not `{T}` or a `Result` of it",
    label = "expected `{T}`, or a `Result` of it whose error can be displayed"
)]
pub trait Fallible<T, Kind> {
    /// The result, its error in words.
    fn in_words(self) -> Result<T, HookError>;
}

#[diagnostic::do_not_recommend]
impl<T, E: Display> Fallible<T, Fails> for Result<T, E> {
    fn in_words(self) -> Result<T, HookError> {
        self.map_err(HookError::new)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Fallible<T, Succeeds> for T {
    fn in_words(self) -> Result<T, HookError> {
        Ok(self)
    }
}

/// What a hook that cannot fail returns.
#[diagnostic::on_unimplemented(
    message = "this hook returns `{Self}`, which nobody would look at",
    label = "expected nothing"
)]
pub trait Quiet {}

#[diagnostic::do_not_recommend]
impl Quiet for () {}

/// The nothing that a hook returns, in the end.
pub async fn quiet<Kind, R: Settle<Kind, Output: Quiet>>(returned: R) {
    settle(returned).await;
}
