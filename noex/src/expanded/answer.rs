//! What a handler returns, held against the reply of its message.

/// The reply of a message whose mark is faulty: whatever its handler returns is fine.
#[derive(Clone, Copy, Debug)]
pub struct Unknown;

/// A handler's return value that is the reply `Wanted`. `Kind` keeps inference from deciding before the compiler
/// can say what is wrong.
#[diagnostic::on_unimplemented(
    message = "the handler answers `{Self}`, but its message is answered with `{Wanted}`",
    label = "expected `{Wanted}`"
)]
pub trait Answers<Wanted, Kind> {
    /// The reply.
    fn into_answer(self) -> Wanted;
}

/// Marks a return value that is the reply.
pub enum AsDeclared {}

/// Marks a return value that stands for an unknown reply.
pub enum Undeclared {}

#[diagnostic::do_not_recommend]
impl<T> Answers<T, AsDeclared> for T {
    fn into_answer(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> Answers<Unknown, Undeclared> for T {
    fn into_answer(self) -> Unknown {
        Unknown
    }
}

/// The reply that a handler gives.
pub fn answer<Given: Answers<Wanted, Kind>, Wanted, Kind>(given: Given) -> Wanted {
    given.into_answer()
}
