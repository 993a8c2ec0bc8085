//! The tree that the README shows is this program's.

use std::fs;
use std::path::Path;

/// Code without what a formatter and a reader add to it.
fn bare(code: &str) -> String {
    let without_comments = code
        .lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    let bare: String = without_comments
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect();
    bare.replace(",)", ")")
}

#[test]
fn the_readme_shows_what_is_compiled() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(here.join(path)).expect("it is there");
    let (readme, shop) = (read("../../README.md"), bare(&read("src/shop.rs")));
    let mut shown = readme.split("```rust,ignore\n").skip(1);
    let block = shown.next().and_then(|rest| rest.split_once("```"));
    let (block, _) = block.expect("the README shows a tree");
    assert!(block.contains("Supervisor::rest_for_one"), "{block}");
    assert!(shop.contains(&bare(block)), "{block}");
    assert_eq!(shown.count(), 0, "nothing else in the README is uncompiled");
}
