//! Values for fields that no record holds.

/// A skipped field's type that knows a value of its own.
#[diagnostic::on_unimplemented(
    message = "skipped field of type `{Self}` cannot be rebuilt",
    label = "has no default value",
    note = "give it a value: `#[persist(skip = <expr>)]`"
)]
pub trait DefaultWhenSkipped {
    /// The value a restored state gets.
    fn default_value() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> DefaultWhenSkipped for T {
    fn default_value() -> Self {
        Self::default()
    }
}

/// A stored field's type that knows a value of its own.
#[diagnostic::on_unimplemented(
    message = "field of type `{Self}` has no default value",
    label = "not `Default`",
    note = "give it a value: `#[persist(default = <expr>)]`"
)]
pub trait DefaultWhenMissing {
    /// The value for a record without the field.
    fn default_value() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> DefaultWhenMissing for T {
    fn default_value() -> Self {
        Self::default()
    }
}

/// The value of the expression that an attribute gave.
pub fn value<T>(make: impl FnOnce() -> T) -> T {
    make()
}
