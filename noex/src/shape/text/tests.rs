use super::*;

const ITEM: Node = Node::Struct(&[
    Field::new("quantity", Node::Leaf("u32")).with_default(),
    Field::new("sku code", Node::Leaf("string")),
]);

const ORDER: Node = Node::Struct(&[
    Field::flattened(Node::Map(&Node::Leaf("string"), &ITEM)),
    Field::new("id", Node::Opaque("uuid::Uuid@1")),
    Field::new("lines", Node::Optional(&Node::List(&ITEM))),
    Field::new("moves", Node::Array(2, &Node::Set(&Node::Leaf("char")))),
    Field::new("next", Node::Itself("Order")),
    Field::new(
        "words",
        Node::With("with words", &Node::Written("HashMap<u8,u8>")),
    ),
]);

const TEXT: &str = "\
struct
  (flattened): map
    key: string
    value: struct
      quantity (default): u32
      \"sku code\": string
  id: opaque \"uuid::Uuid@1\"
  lines: option of list of struct
    quantity (default): u32
    \"sku code\": string
  moves: array of 2 set of char
  next: itself, a `Order`
  words: `HashMap<u8,u8>` with words
";

// V4: what is locked can be read, one field a line
#[test]
fn a_struct_has_a_line_for_each_field() {
    assert_eq!(ORDER.to_string(), TEXT);
}

// V4: what is locked can be read, one variant a line
#[test]
fn an_enum_has_a_line_for_each_variant() {
    let variants = const {
        &[
            Variant::unit("Open"),
            Variant::of("Paid", Node::Tuple(&[Node::Leaf("u8"), ITEM])),
            Variant::of("Other", Node::Leaf("string")).untagged(),
        ]
    };
    let lines = "
  Open
  Paid: tuple
    0: u8
    1: struct
      quantity (default): u32
      \"sku code\": string
  Other (untagged): string
";
    for (tagging, head) in [
        (Tagging::External, "enum"),
        (Tagging::Internal("type"), "enum, tagged by \"type\""),
        (
            Tagging::Adjacent("type", "of"),
            "enum, tagged by \"type\" with content in \"of\"",
        ),
        (Tagging::Untagged, "enum, untagged"),
    ] {
        let text = Node::Enum(tagging, variants).to_string();
        assert_eq!(text, format!("{head}{lines}"));
    }
}

#[test]
fn a_leaf_is_a_line() {
    assert_eq!(Node::Leaf("u8").to_string(), "u8\n");
}
