//! The shapes of types of other crates that noex knows.

use super::{Node, Shape};

/// As serde stores it with the crate's own feature `serde`.
impl Shape for bytes::Bytes {
    const SHAPE: Node = Node::Leaf("bytes");
}

impl Shape for bytes::BytesMut {
    const SHAPE: Node = Node::Leaf("bytes");
}
