//! What a key may be.

use super::*;

// A1: keys are any non-empty UTF-8 without U+0000 up to 1,024 bytes
#[test]
fn takes_every_text_that_is_not_refused_by_name() {
    let longest = "ä".repeat(512);
    for text in [
        "a/b",
        "a:b",
        "a_b",
        "A",
        "..",
        "con",
        "%",
        " ",
        "\n",
        "🦀",
        longest.as_str(),
    ] {
        assert_eq!(Key::new(text).expect("a valid key").as_str(), text);
    }
}

// A1: what is refused is refused with `InvalidKey`
#[test]
fn refuses_the_empty_the_too_long_and_the_one_with_a_nul() {
    let too_long = "k".repeat(Key::MAX_BYTES + 1);
    for text in ["", "a\0b", too_long.as_str()] {
        let refused = Key::new(text).expect_err("an invalid key");
        assert!(
            matches!(refused, StoreError::InvalidKey { ref key, .. } if &**key == text),
            "{refused}"
        );
    }
}
