//! Names of odd, alike and long keys.

use std::collections::HashMap;

use super::*;

fn names() -> Names {
    Names::new("json").expect("an extension")
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

fn name(text: &str) -> String {
    names().of(&key(text))
}

const NASTY: &[&str] = &[
    "a",
    "A",
    "aA",
    "Aa",
    "a.json",
    "a.",
    "a..",
    ".a",
    "..",
    ".",
    "...",
    "a.b",
    "a b",
    "a ",
    " a",
    "a/b",
    "a\\b",
    "a:b",
    "a%3ab",
    "a%3Ab",
    "%",
    "%%",
    "%61",
    "~",
    "a~b",
    "con",
    "CON",
    "con.x",
    "conx",
    "aux",
    "nul",
    "prn",
    "com1",
    "com10",
    "com¹",
    "lpt9",
    "lpt",
    "com",
    ".lock",
    ".store",
    ".noex-1.tmp",
    "-",
    "--help",
    "-rf",
    "a-b",
    "a_b",
    "ä",
    "a\u{308}",
    "Ä",
    "ß",
    "ẞ",
    "ſ",
    "K",
    "\u{212a}",
    "\n",
    "\t",
    "\u{7f}",
    "*",
    "?",
    "'",
    "\"",
    "<",
    ">",
    "|",
    "$HOME",
    "`id`",
    "🦀",
    "\u{fffd}",
    "\u{10ffff}",
    "\u{feff}",
    "0",
    "00",
    "null",
    "i",
    "I",
    "İ",
    "ı",
];

/// Numbers that look random and are the same each time.
fn random(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).expect("it is below a usize")
    }
}

fn random_key(random: &mut impl FnMut(usize) -> usize) -> String {
    const PARTS: &[&str] = &[
        "a", "A", "b", "z", "Z", "0", "9", ".", "..", "%", "%41", "~", "-", "_", " ", "/", "\\",
        ":", "con", "CON", "ä", "Ä", "🦀", "\u{301}", "json", ".json", "\u{1}",
    ];
    let most = [3, 8, 100, 600][random(4)];
    let mut text: String = (0..=random(most))
        .map(|_| PARTS[random(PARTS.len())])
        .collect();
    while text.len() > Key::MAX_BYTES {
        text.pop();
    }
    text
}

// A1: any two of these keys have names that differ, also where case does not count
#[test]
fn nasty_keys_have_names_of_their_own() {
    let mut seen = HashMap::new();
    for text in NASTY {
        if let Some(other) = seen.insert(name(text).to_lowercase(), text) {
            panic!("{text:?} and {other:?} have one name");
        }
    }
}

// A1: so have random keys, and each is read back from its name, or says that it cannot be
#[test]
fn random_keys_have_names_of_their_own() {
    let mut random = random(0x5eed);
    let mut seen: HashMap<String, String> = HashMap::new();
    for _ in 0..50_000 {
        let text = random_key(&mut random);
        let name = name(&text);
        assert_portable(&name);
        let other = seen
            .entry(name.to_lowercase())
            .or_insert_with(|| text.clone());
        assert_eq!(*other, text, "{name}");
        match names().read(&name) {
            Named::Record(read) => assert_eq!(read, key(&text)),
            Named::Shortened => assert!(name.len() > 200, "{name}"),
            other => panic!("{name} is {other:?}"),
        }
    }
}

// A1: no name means anything to a file system, or is too long for one
#[test]
fn nasty_keys_have_plain_names() {
    for text in NASTY {
        let name = name(text);
        assert_portable(&name);
        assert_eq!(names().read(&name), Named::Record(key(text)));
    }
}

fn assert_portable(name: &str) {
    let plain =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'%' | b'~');
    assert!(name.bytes().all(plain), "{name}");
    assert!(name.len() <= 255, "{name}");
    assert!(!name.starts_with(['.', '-']), "{name}");
    let stem = name.split('.').next().expect("there is a first part");
    assert!(
        !["con", "prn", "aux", "nul", "com1", "lpt9"].contains(&stem),
        "{name}"
    );
}

// A7: ordinary keys can be known by their names
#[test]
fn ordinary_keys_are_readable() {
    for (text, expected) in [
        ("counter", "counter.json"),
        ("orders:17", "orders%3a17.json"),
        ("user-7_b", "user-7_b.json"),
        ("v1.2", "v1.2.json"),
        ("Cart", "%43art.json"),
        ("con", "%63on.json"),
        ("a/b", "a%2fb.json"),
        ("..", "%2e%2e.json"),
    ] {
        assert_eq!(name(text), expected);
    }
}

// A1: long keys that differ only at their ends have different names, which begin alike
#[test]
fn long_keys_are_shortened_by_a_hash() {
    let long = "k".repeat(Key::MAX_BYTES - 1);
    let (one, two) = (name(&(long.clone() + "1")), name(&(long + "2")));
    assert_ne!(one, two);
    assert_eq!((one.len(), two.len()), (255, 255));
    assert!(one.starts_with("kkkkkk"), "{one}");
    assert_eq!(names().read(&one), Named::Shortened);
    let just = "k".repeat(250);
    assert_eq!(names().read(&name(&just)), Named::Record(key(&just)));
}

#[test]
fn no_escape_is_cut_in_two() {
    for before in 0..3 {
        let name = name(&("k".repeat(before) + &"A".repeat(500)));
        let (head, _) = name.split_once('~').expect("it is shortened");
        assert!(unescaped(head).is_some(), "{head}");
    }
}

#[test]
fn what_no_key_is_written_as_is_foreign() {
    for name in [
        "notes.txt",
        "a",
        "json",
        ".json",
        "A.json",
        "a%3A.json",
        "%61.json",
        "a%3.json",
        "a%.json",
        "a%zz.json",
        "%ff.json",
        ".hidden.json",
        "con.json",
        ".lock",
        ".store",
        "a.json.bak",
        "a b.json",
        "%00.json",
    ] {
        assert_eq!(names().read(name), Named::Foreign, "{name}");
    }
    assert_eq!(names().read(&temporary(3)), Named::Leftover);
}

#[test]
fn an_extension_is_short_and_plain() {
    for good in ["json", "state", "7z", "x"] {
        assert!(Names::new(good).is_some(), "{good}");
    }
    for bad in [
        "",
        ".json",
        "JSON",
        "a/b",
        "tar.gz",
        "ä",
        "a b",
        "abcdefghijklmnopq",
    ] {
        assert!(Names::new(bad).is_none(), "{bad}");
    }
}
