//! How a handler's argument is held against the field that it is given, although the macros cannot see each other.
//!
//! The protocol writes a type for each field's name, the handlers a number for each argument's; they meet here.

use std::marker::PhantomData;

/// A message's field on its way to a handler, under its name.
pub struct Field<N, T> {
    value: T,
    name: PhantomData<fn() -> N>,
}

impl<N, T> Field<N, T> {
    /// Takes `value` under the name `N`.
    pub fn new(value: T) -> Self {
        Self {
            value,
            name: PhantomData,
        }
    }

    /// The value, whatever its name.
    pub fn into_value(self) -> T {
        self.value
    }
}

/// A name with the number that stands for it.
#[diagnostic::on_unimplemented(
    message = "this argument does not bear the name of its field",
    label = "the field is named `{Self}`",
    note = "arguments stand in the order of the message's fields, and bear their names"
)]
pub trait NamedAs<const NUMBER: u64> {
    /// What is left to be looked at once this name is right. Where it is wrong, the rest is of no known type, and
    /// the compiler says nothing of it.
    type Then<Rest>;

    /// Goes on with the rest.
    fn then<Rest>(rest: Rest) -> Self::Then<Rest>;
}

/// The name of a field that has none.
pub enum AnyName {}

impl<const NUMBER: u64> NamedAs<NUMBER> for AnyName {
    type Then<Rest> = Rest;

    fn then<Rest>(rest: Rest) -> Rest {
        rest
    }
}

/// The value of a field that bears the name with this number, and the fields after it.
pub fn named<const NUMBER: u64, N: NamedAs<NUMBER>, T, Rest>(
    field: Field<N, T>,
    rest: Rest,
) -> (T, N::Then<Rest>) {
    (field.value, N::then(rest))
}
