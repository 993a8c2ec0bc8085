//! Random shapes, each with every single edit that can be made of it.

use super::super::{Field, Node, Tagging, Variant};

/// A generator of numbers that a seed decides, by `SplitMix64`.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("it fits");
        usize::try_from(self.next() % limit).expect("it is smaller than the limit")
    }

    fn flag(&mut self) -> bool {
        self.next() & 1 == 1
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        *of.get(self.below(of.len()))
            .expect("it is below the length")
    }

    /// Names of few letters, so that many are the start of another one, or empty.
    fn name(&mut self) -> &'static str {
        let length = self.below(4);
        let letters = (0..length).map(|_| self.pick(&['a', 'b', '\0', 'é']));
        leak(letters.collect::<String>().into_boxed_str())
    }

    /// A shape at most `depth` nodes deep.
    pub(super) fn node(&mut self, depth: usize) -> Node {
        let kinds = if depth == 0 { 4 } else { 13 };
        let inner = depth.saturating_sub(1);
        match self.below(kinds) {
            0 => Node::Leaf(self.name()),
            1 => Node::Opaque(self.name()),
            2 => Node::Written(self.name()),
            3 => Node::Itself(self.name()),
            4 => Node::Optional(self.boxed(inner)),
            5 => Node::List(self.boxed(inner)),
            6 => Node::Set(self.boxed(inner)),
            7 => Node::Array(self.below(3), self.boxed(inner)),
            8 => Node::Map(self.boxed(inner), self.boxed(inner)),
            9 => Node::Tuple(self.several(|random| random.node(inner))),
            10 => Node::Struct(self.several(|random| random.field(inner))),
            11 => Node::Enum(self.tagging(), self.several(|random| random.variant(inner))),
            _ => Node::With(self.name(), self.boxed(inner)),
        }
    }

    fn boxed(&mut self, depth: usize) -> &'static Node {
        leak(Box::new(self.node(depth)))
    }

    fn several<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> &'static [T] {
        let count = self.below(4);
        slice((0..count).map(|_| make(self)).collect())
    }

    fn field(&mut self, depth: usize) -> Field {
        Field {
            default: self.flag(),
            flattened: self.flag(),
            ..Field::new(self.name(), self.node(depth))
        }
    }

    fn variant(&mut self, depth: usize) -> Variant {
        Variant {
            content: self.flag().then(|| self.node(depth)),
            untagged: self.flag(),
            ..Variant::unit(self.name())
        }
    }

    fn tagging(&mut self) -> Tagging {
        match self.below(4) {
            0 => Tagging::External,
            1 => Tagging::Internal(self.name()),
            2 => Tagging::Adjacent(self.name(), self.name()),
            _ => Tagging::Untagged,
        }
    }

    /// The same shape with one edit, wherever in it.
    pub(super) fn edited(&mut self, node: &Node) -> Node {
        if self.below(3) == 0 {
            return self.other(node);
        }
        match *node {
            Node::Leaf(name) => Node::Leaf(self.renamed(name)),
            Node::Opaque(name) => Node::Opaque(self.renamed(name)),
            Node::Written(name) => Node::Written(self.renamed(name)),
            Node::Itself(name) => Node::Itself(self.renamed(name)),
            Node::Optional(of) => Node::Optional(self.inside(of)),
            Node::List(of) => Node::List(self.inside(of)),
            Node::Set(of) => Node::Set(self.inside(of)),
            Node::Array(length, of) if self.flag() => Node::Array(length + 1, of),
            Node::Array(length, of) => Node::Array(length, self.inside(of)),
            Node::Map(keys, values) if self.flag() => Node::Map(self.inside(keys), values),
            Node::Map(keys, values) => Node::Map(keys, self.inside(values)),
            Node::Tuple(parts) => {
                Node::Tuple(self.among(parts, Self::edited, |random| random.node(1)))
            }
            Node::Struct(parts) => {
                Node::Struct(self.among(parts, Self::edited_field, |random| random.field(1)))
            }
            Node::Enum(tagging, parts) if self.flag() => {
                Node::Enum(self.edited_tagging(tagging), parts)
            }
            Node::Enum(tagging, parts) => Node::Enum(
                tagging,
                self.among(parts, Self::edited_variant, |random| random.variant(1)),
            ),
            Node::With(how, of) if self.flag() => Node::With(self.renamed(how), of),
            Node::With(how, of) => Node::With(how, self.inside(of)),
        }
    }

    /// A node of another kind or content, with as much of the old one in it as fits.
    fn other(&mut self, node: &Node) -> Node {
        let old: &'static Node = leak(Box::new(*node));
        let made = match (self.below(8), *node) {
            (0, _) => Node::Optional(old),
            (1, _) => Node::List(old),
            (2, _) => Node::Set(old),
            (3, _) => Node::Tuple(slice(vec![*old])),
            (4, _) => Node::With(self.name(), old),
            (_, Node::List(of)) => Node::Set(of),
            (_, Node::Set(of)) => Node::Optional(of),
            (_, Node::Optional(of)) => *of,
            (_, Node::Leaf(name)) => Node::Opaque(name),
            (_, Node::Opaque(name)) => Node::Written(name),
            _ => self.node(1),
        };
        if made == *node {
            Node::Array(1, old)
        } else {
            made
        }
    }

    fn inside(&mut self, of: &Node) -> &'static Node {
        leak(Box::new(self.edited(of)))
    }

    fn renamed(&mut self, name: &str) -> &'static str {
        let made = self.name();
        if made == name {
            leak(format!("{name}a").into_boxed_str())
        } else {
            made
        }
    }

    /// One part edited, removed, added, or swapped with the next.
    fn among<T: Copy + PartialEq>(
        &mut self,
        parts: &[T],
        edit: fn(&mut Self, &T) -> T,
        make: fn(&mut Self) -> T,
    ) -> &'static [T] {
        let mut edited = parts.to_vec();
        let at = self.below(parts.len() + 1);
        match (self.below(4), edited.get(at).copied()) {
            (0, Some(_)) => drop(edited.remove(at)),
            (1, Some(part)) if edited.get(at + 1).is_some_and(|next| *next != part) => {
                edited.swap(at, at + 1);
            }
            (2 | 3, Some(part)) => {
                let made = edit(self, &part);
                edited.splice(at..=at, [made]);
            }
            _ => edited.insert(at, make(self)),
        }
        slice(edited)
    }

    fn edited_field(&mut self, field: &Field) -> Field {
        match self.below(4) {
            0 => Field {
                name: self.renamed(field.name),
                ..*field
            },
            1 => Field {
                default: !field.default,
                ..*field
            },
            2 => Field {
                flattened: !field.flattened,
                ..*field
            },
            _ => Field {
                shape: self.edited(&field.shape),
                ..*field
            },
        }
    }

    fn edited_variant(&mut self, variant: &Variant) -> Variant {
        match (self.below(3), variant.content) {
            (0, _) => Variant {
                name: self.renamed(variant.name),
                ..*variant
            },
            (1, _) => Variant {
                untagged: !variant.untagged,
                ..*variant
            },
            (_, None) => Variant {
                content: Some(self.node(1)),
                ..*variant
            },
            (_, Some(_)) if self.flag() => Variant {
                content: None,
                ..*variant
            },
            (_, Some(content)) => Variant {
                content: Some(self.edited(&content)),
                ..*variant
            },
        }
    }

    fn edited_tagging(&mut self, tagging: Tagging) -> Tagging {
        match tagging {
            Tagging::External => Tagging::Untagged,
            Tagging::Untagged => Tagging::Internal(self.name()),
            Tagging::Internal(tag) if self.flag() => Tagging::Adjacent(tag, self.name()),
            Tagging::Internal(tag) => Tagging::Internal(self.renamed(tag)),
            Tagging::Adjacent(tag, content) if self.flag() => {
                Tagging::Adjacent(self.renamed(tag), content)
            }
            Tagging::Adjacent(tag, content) => Tagging::Adjacent(tag, self.renamed(content)),
        }
    }
}

fn slice<T>(parts: Vec<T>) -> &'static [T] {
    leak(parts.into_boxed_slice())
}

/// A shape is made for ever, as those of types are; a test makes few.
fn leak<T: ?Sized>(made: Box<T>) -> &'static T {
    Box::leak(made)
}
