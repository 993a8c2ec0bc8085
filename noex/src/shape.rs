//! The shape of what is stored, as data that the compiler knows: what a lock compares, and what a reader can read.
//!
//! A [`Node`] says how values of a type are stored. It is a constant of the type, given by [`Shape`]; a lock is its
//! hash, written down in the attribute `shape` and compared while compiling. Names of types and modules are no part
//! of it: a type that is moved or renamed is stored as it was.
//!
//! ```
//! use noex::prelude::*;
//! use noex::shape::{self, Node};
//!
//! #[derive(Shape)]
//! struct Item {
//!     sku: String,
//!     quantity: u32,
//! }
//!
//! assert_eq!(
//!     <Vec<Item>>::SHAPE.to_string(),
//!     "list of struct\n  quantity: u32\n  sku: string\n"
//! );
//! assert_ne!(shape::hash("basket", &<Vec<Item>>::SHAPE), shape::hash("basket", &<Vec<u32>>::SHAPE));
//! ```

mod collections;
mod foreign;
mod hash;
mod leaves;
mod lock;
mod pointers;
mod text;
mod tuples;

pub use hash::hash;
pub use lock::{Lock, Locked};

/// A type of which the compiler knows how its values are stored.
///
/// [`#[derive(Shape)]`](macro@crate::Shape) writes it. By hand it is written for a type whose `Serialize` is written by
/// hand, and then only changes when that does:
///
/// ```
/// use noex::shape::{Node, Shape};
///
/// struct Colour(u8, u8, u8);
///
/// // Stored as `#a0b0c0`.
/// impl Shape for Colour {
///     const SHAPE: Node = Node::Opaque("Colour@1");
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "how `{Self}` is stored is not known, so its shape cannot be locked",
    label = "has no `Shape`",
    note = "derive `noex::Shape` for it",
    note = "or, for a type of another crate, name it on the field that has it: `opaque = \"name@1\"`"
)]
pub trait Shape {
    /// How values of the type are stored.
    const SHAPE: Node;
}

/// How values of a type are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Node {
    /// One value without parts, by the name that noex gives it: `"u32"`, `"string"`, `"unit"`.
    Leaf(&'static str),
    /// A type that somebody has named, with whatever tells its forms apart: `"chrono::DateTime@1"`.
    Opaque(&'static str),
    /// A type as it is written, where something else says how it is stored.
    Written(&'static str),
    /// The type around it that has this name.
    Itself(&'static str),
    /// Nothing, or a value.
    // Named `Option`, it would make the compiler write `std::option::Option` in every message of every program.
    Optional(&'static Node),
    /// Values in an order.
    List(&'static Node),
    /// Distinct values.
    Set(&'static Node),
    /// As many values as it says.
    Array(usize, &'static Node),
    /// Values by keys.
    Map(&'static Node, &'static Node),
    /// Values that are told apart by their order.
    Tuple(&'static [Node]),
    /// Values that are told apart by names, sorted by them.
    Struct(&'static [Field]),
    /// One of these, in the order in which they are declared.
    Enum(Tagging, &'static [Variant]),
    /// What `with` or `as` make of a type: `"with words"`, `"as Vec<(_,_)>"`.
    With(&'static str, &'static Node),
}

/// A named part of what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name that it is stored by; none where it is flattened.
    pub name: &'static str,
    /// How its values are stored.
    pub shape: Node,
    /// Whether it may be missing in a record.
    pub default: bool,
    /// Whether its own parts stand beside the others, without its name.
    pub flattened: bool,
}

/// One of several forms of what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variant {
    /// The name that it is stored by.
    pub name: &'static str,
    /// What is stored with the name.
    pub content: Option<Node>,
    /// Whether it is stored without its name.
    pub untagged: bool,
}

/// Where the name of a variant is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tagging {
    /// Around the content.
    External,
    /// Among the fields of the content, by this name.
    Internal(&'static str),
    /// Beside the content, by the first name; the content by the second.
    Adjacent(&'static str, &'static str),
    /// Nowhere.
    Untagged,
}

impl Field {
    /// A field that has to be in each record.
    #[must_use]
    pub const fn new(name: &'static str, shape: Node) -> Self {
        Self {
            name,
            shape,
            default: false,
            flattened: false,
        }
    }

    /// The same field, which may be missing.
    #[must_use]
    pub const fn with_default(self) -> Self {
        Self {
            default: true,
            ..self
        }
    }

    /// The parts of a field, without its name.
    #[must_use]
    pub const fn flattened(shape: Node) -> Self {
        Self {
            flattened: true,
            ..Self::new("", shape)
        }
    }
}

impl Variant {
    /// A variant that is a name alone.
    #[must_use]
    pub const fn unit(name: &'static str) -> Self {
        Self {
            name,
            content: None,
            untagged: false,
        }
    }

    /// A variant with content.
    #[must_use]
    pub const fn of(name: &'static str, content: Node) -> Self {
        Self {
            content: Some(content),
            ..Self::unit(name)
        }
    }

    /// The same variant, stored without its name.
    #[must_use]
    pub const fn untagged(self) -> Self {
        Self {
            untagged: true,
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
