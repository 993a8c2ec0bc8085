//! How many arguments a handler takes, held against the fields of its message.

/// The fields of a message that a handler with the arguments `Taken` can take: one each. `Kind` keeps inference
/// from deciding before the compiler can say what is wrong.
#[diagnostic::on_unimplemented(
    message = "this handler does not take each field of its message once",
    label = "its arguments are not the message's fields",
    note = "write one argument a field, in their order; then, if wanted, `reply: ReplyTo<T>` and `cx: &mut Cx<Self>`"
)]
pub trait Arguments<Taken, Kind> {
    /// The fields, one an argument.
    fn take(self) -> Taken;
}

/// Marks fields that are taken as they are.
pub enum AsFields {}

/// Marks what nobody takes.
pub enum NoFields {}

#[diagnostic::do_not_recommend]
impl<Fields> Arguments<Fields, AsFields> for Fields {
    fn take(self) -> Fields {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<Fields> Arguments<NoFields, NoFields> for Fields {
    fn take(self) -> NoFields {
        unreachable!("no handler has these arguments")
    }
}

/// The fields as a handler takes them.
pub fn taken<Taken, Fields: Arguments<Taken, Kind>, Kind>(fields: Fields) -> Taken {
    fields.take()
}
