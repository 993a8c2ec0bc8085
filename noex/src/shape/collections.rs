//! The shapes of what the standard library keeps other values in.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};

use super::{Field, Node, Shape, Tagging, Variant};

impl<T: Shape> Shape for Option<T> {
    const SHAPE: Node = Node::Optional(&T::SHAPE);
}

macro_rules! lists {
    ($($ty:ty),+) => {$(
        impl<T: Shape> Shape for $ty {
            const SHAPE: Node = Node::List(&T::SHAPE);
        }
    )+};
}

lists!([T], Vec<T>, VecDeque<T>, LinkedList<T>, BinaryHeap<T>);

impl<T: Shape, const N: usize> Shape for [T; N] {
    const SHAPE: Node = Node::Array(N, &T::SHAPE);
}

impl<T: Shape> Shape for BTreeSet<T> {
    const SHAPE: Node = Node::Set(&T::SHAPE);
}

impl<T: Shape, H> Shape for HashSet<T, H> {
    const SHAPE: Node = Node::Set(&T::SHAPE);
}

impl<K: Shape, V: Shape> Shape for BTreeMap<K, V> {
    const SHAPE: Node = Node::Map(&K::SHAPE, &V::SHAPE);
}

impl<K: Shape, V: Shape, H> Shape for HashMap<K, V, H> {
    const SHAPE: Node = Node::Map(&K::SHAPE, &V::SHAPE);
}

impl<T: Shape, E: Shape> Shape for Result<T, E> {
    const SHAPE: Node = Node::Enum(
        Tagging::External,
        &[Variant::of("Ok", T::SHAPE), Variant::of("Err", E::SHAPE)],
    );
}

impl<T: Shape> Shape for Bound<T> {
    const SHAPE: Node = Node::Enum(
        Tagging::External,
        &[
            Variant::unit("Unbounded"),
            Variant::of("Included", T::SHAPE),
            Variant::of("Excluded", T::SHAPE),
        ],
    );
}

macro_rules! ranges {
    ($($ty:ident: $($field:literal),+;)+) => {$(
        impl<T: Shape> Shape for $ty<T> {
            const SHAPE: Node = Node::Struct(&[$(Field::new($field, T::SHAPE)),+]);
        }
    )+};
}

ranges! {
    Range: "end", "start";
    RangeFrom: "start";
    RangeInclusive: "end", "start";
    RangeTo: "end";
}
