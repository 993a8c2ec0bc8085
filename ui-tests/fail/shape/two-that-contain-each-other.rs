// The compiler finds the circle itself, and shows each derive on it.
use noex::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Shape)]
struct Folder {
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize, Shape)]
enum Entry {
    File(String),
    Folder(Folder),
}

const _: noex::shape::Node = Folder::SHAPE;

fn main() {}
