use super::*;

const KNOWN: &[&str] = &[
    "interval",
    "max_age",
    "key",
    "save_on_stop",
    "delete_on_stop",
    "skip",
];

#[test]
fn a_misspelt_name_is_found() {
    assert_eq!(similar("intervall", KNOWN), Some("interval"));
    assert_eq!(similar("interavl", KNOWN), Some("interval"));
    assert_eq!(similar("maxage", KNOWN), Some("max_age"));
    assert_eq!(similar("kee", KNOWN), Some("key"));
}

#[test]
fn a_name_of_its_own_has_no_neighbour() {
    assert_eq!(similar("save_when_the_server_ends", KNOWN), None);
    assert_eq!(similar("colour", KNOWN), None);
    assert_eq!(similar("", KNOWN), None);
}

#[test]
fn distances_count_edits() {
    assert_eq!(distance("abc", "abc"), 0);
    assert_eq!(distance("abc", "abcd"), 1);
    assert_eq!(distance("abc", "xbc"), 1);
    assert_eq!(distance("", "abc"), 3);
    assert_eq!(distance("ab", "ba"), 2);
}
