use std::panic::catch_unwind;

use super::*;

const SHAPE: Node = Node::Leaf("u64");
const LOCK: Lock = Lock::of_state("Counter", "counter", 9, SHAPE);

/// What is said when `written` is not the lock's value.
fn said(lock: Lock, written: u64) -> Option<String> {
    let panic = catch_unwind(|| lock.check(written)).err()?;
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
}

// V4: the shape that is written down is accepted
#[test]
fn the_same_value_is_accepted() {
    assert_eq!(said(LOCK, hash("counter", &SHAPE)), None);
}

// V4: another shape is refused, with the server, the version, the value, and what to do
#[test]
fn another_value_is_explained() {
    let value = format!("{:#018x}", LOCK.hash());
    let text = said(LOCK, 1).expect("it is refused");
    assert_eq!(
        text,
        format!(
            "the stored shape of `Counter` (version 9, kind `counter`) is not the locked one\nhelp: to change it, write \
             `version = 10` and `shape = {value}`, and keep the type as it was in `migrate(9 = ..)`\nhelp: if all records \
             of this version can still be read, because what is new has a `default`, or if this version was never \
             released, accept it: write `shape = {value}`"
        )
    );
}

// V4: an empty lock says which value to write
#[test]
fn no_value_yet_is_explained() {
    let text = said(LOCK, 0).expect("it is refused");
    assert!(text.ends_with(&format!(
        "is not locked yet\nhelp: write `shape = {:#018x}`",
        LOCK.hash()
    )));
}

// V4: an old version has its own lock
#[test]
fn an_old_version_is_to_stay_as_it_was() {
    let old = Lock::of_old_version("CounterV1", "counter", SHAPE);
    assert_eq!(old.hash(), LOCK.hash());
    let text = said(old, 1).expect("it is refused");
    assert!(
        text.starts_with("the stored shape of `CounterV1` (an old version, kind `counter`) is not")
    );
    assert!(text.contains("help: an old version stays as its records are: take the change back"));
}

#[test]
fn a_kind_that_is_too_long_is_left_out() {
    let kind: &'static str = "k".repeat(4_000).leak();
    let text = said(Lock::of_state("Counter", kind, u32::MAX, SHAPE), 1).expect("it is refused");
    assert!(text.starts_with("the stored shape of `Counter` (version 4294967295, kind ``)"));
    assert!(text.contains("shape = 0x"));
}
