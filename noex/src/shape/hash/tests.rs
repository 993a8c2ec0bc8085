use std::collections::HashMap;

use super::random::Random;
use super::*;

const CASES: u64 = 10_000;

// V4: equal shapes hash equally, and any single edit changes the hash
#[test]
fn an_edit_changes_the_hash_and_nothing_else_does() {
    for seed in 0..CASES {
        let (shape, again) = (Random::new(seed).node(4), Random::new(seed).node(4));
        assert_eq!(shape, again);
        assert_eq!(hash("kind", &shape), hash("kind", &again), "seed {seed}");
        let edited = Random::new(!seed).edited(&shape);
        assert_ne!(shape, edited, "seed {seed}");
        assert_ne!(
            hash("kind", &shape),
            hash("kind", &edited),
            "seed {seed}: {shape} {edited}"
        );
    }
}

// V4: no two different shapes among many small ones share a hash
#[test]
fn different_shapes_have_different_hashes() {
    let mut seen: HashMap<u64, Node> = HashMap::new();
    for seed in 0..CASES {
        let shape = Random::new(seed).node(2);
        let first = seen.entry(hash("kind", &shape)).or_insert(shape);
        assert_eq!(*first, shape, "seed {seed}");
    }
    assert!(seen.len() > 2_000, "only {} shapes differ", seen.len());
}

// V4: the kind is part of the lock, and cannot be taken for a part of the shape
#[test]
fn the_kind_changes_the_hash() {
    let hashes = [
        hash("ab", &Node::Leaf("c")),
        hash("a", &Node::Leaf("bc")),
        hash("a", &Node::Leaf("c")),
        hash("", &Node::Leaf("abc")),
    ];
    for (at, one) in hashes.iter().enumerate() {
        assert!(!hashes.iter().skip(at + 1).any(|other| other == one));
    }
}

const ORDER: Node = Node::Struct(&[
    Field::new("id", Node::Opaque("uuid::Uuid@1")),
    Field::new(
        "items",
        Node::Map(&Node::Leaf("string"), &Node::Leaf("u32")),
    )
    .with_default(),
    Field::new("status", STATUS),
    Field::flattened(Node::With(
        "as Vec<(_,_)>",
        &Node::Written("HashMap<Sku,u32>"),
    )),
]);

const STATUS: Node = Node::Enum(
    Tagging::Adjacent("type", "of"),
    &[
        Variant::unit("Open"),
        Variant::of(
            "Paid",
            Node::Tuple(&[Node::Array(3, &Node::Leaf("u8")), Node::Itself("Status")]),
        ),
        Variant::of(
            "Other",
            Node::Set(&Node::List(&Node::Optional(&Node::Leaf("unit")))),
        )
        .untagged(),
    ],
);

// V4: the values stand in the sources of programs, so they are these with every compiler, platform and release
#[test]
fn hashes_are_the_same_for_ever() {
    let pinned = [
        (hash("", &Node::Leaf("")), 0x60c1_97bd_aeb7_b094),
        (hash("counter", &Node::Leaf("u64")), 0x8c8e_c2ad_37ee_2e36),
        (hash("Order", &ORDER), 0xaee9_cc62_28fc_2b0c),
        (hash("Order", &STATUS), 0x25ef_fa69_8b30_7c48),
        (
            hash("bestellung-ä", &Node::Struct(&[])),
            0x48c5_3373_d3f4_0d5f,
        ),
        (
            hash("a", &Node::Enum(Tagging::Internal("t"), &[])),
            0x2e76_1f19_3b86_e16a,
        ),
        (
            hash("a", &Node::Enum(Tagging::Untagged, &[])),
            0x07d9_638c_c79b_8a4c,
        ),
        (
            hash("a", &Node::Enum(Tagging::External, &[])),
            0x95e0_baf6_3c80_504c,
        ),
    ];
    let found = pinned.map(|(found, _)| format!("{found:#018x}"));
    let expected = pinned.map(|(_, expected): (_, u64)| format!("{expected:#018x}"));
    assert_eq!(found, expected);
}
