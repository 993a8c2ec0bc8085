//! The hash of a shape, which stands in the sources of programs: it is the same for ever, everywhere.
//!
//! FNV-1a of 64 bits over a description of the tree, and then a mix, because FNV leaves its high bits poorly stirred.
//! Each node begins with a number of its own; each text and each sequence with its length, so that no two trees have
//! one description. Numbers are eight bytes, the lowest first.

use super::{Field, Node, Tagging, Variant};

/// The hash of what is stored for servers of `kind`.
///
/// It depends on nothing but its arguments: not on the platform, the compiler or the release of noex.
///
/// ```
/// use noex::shape::{self, Node};
///
/// assert_eq!(shape::hash("counter", &Node::Leaf("u64")), 0x8c8e_c2ad_37ee_2e36);
/// ```
#[must_use]
pub const fn hash(kind: &str, shape: &Node) -> u64 {
    Hasher::new().text(kind).node(shape).finish()
}

#[derive(Clone, Copy)]
struct Hasher(u64);

impl Hasher {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    const fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3))
    }

    const fn bytes(mut self, mut bytes: &[u8]) -> Self {
        while let [first, rest @ ..] = bytes {
            self = self.byte(*first);
            bytes = rest;
        }
        self
    }

    const fn length(self, length: usize) -> Self {
        self.bytes(&(length as u64).to_le_bytes())
    }

    const fn text(self, text: &str) -> Self {
        self.length(text.len()).bytes(text.as_bytes())
    }

    const fn flag(self, flag: bool) -> Self {
        self.byte(flag as u8)
    }

    /// The numbers are those of the locks that programs have: none is ever given anew.
    const fn node(self, node: &Node) -> Self {
        match node {
            Node::Leaf(name) => self.byte(1).text(name),
            Node::Opaque(name) => self.byte(2).text(name),
            Node::Written(ty) => self.byte(3).text(ty),
            Node::Itself(name) => self.byte(4).text(name),
            Node::Optional(of) => self.byte(5).node(of),
            Node::List(of) => self.byte(6).node(of),
            Node::Set(of) => self.byte(7).node(of),
            Node::Array(length, of) => self.byte(8).length(*length).node(of),
            Node::Map(keys, values) => self.byte(9).node(keys).node(values),
            Node::Tuple(parts) => self.byte(10).parts(parts),
            Node::Struct(fields) => self.byte(11).fields(fields),
            Node::Enum(tagging, variants) => self.byte(12).tagging(*tagging).variants(variants),
            Node::With(how, of) => self.byte(13).text(how).node(of),
        }
    }

    const fn parts(mut self, mut parts: &[Node]) -> Self {
        self = self.length(parts.len());
        while let [first, rest @ ..] = parts {
            self = self.node(first);
            parts = rest;
        }
        self
    }

    const fn fields(mut self, mut fields: &[Field]) -> Self {
        self = self.length(fields.len());
        while let [first, rest @ ..] = fields {
            self = self.text(first.name).node(&first.shape);
            self = self.flag(first.default).flag(first.flattened);
            fields = rest;
        }
        self
    }

    const fn variants(mut self, mut variants: &[Variant]) -> Self {
        self = self.length(variants.len());
        while let [first, rest @ ..] = variants {
            self = self.text(first.name).flag(first.untagged);
            self = match &first.content {
                Some(content) => self.byte(1).node(content),
                None => self.byte(0),
            };
            variants = rest;
        }
        self
    }

    const fn tagging(self, tagging: Tagging) -> Self {
        match tagging {
            Tagging::External => self.byte(0),
            Tagging::Internal(tag) => self.byte(1).text(tag),
            Tagging::Adjacent(tag, content) => self.byte(2).text(tag).text(content),
            Tagging::Untagged => self.byte(3),
        }
    }

    /// The finalizer of `MurmurHash3`.
    const fn finish(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
