use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZero, Wrapping};
use std::ops::{Bound, Range, RangeInclusive};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::*;

fn value<T: Shape + ?Sized>() -> u64 {
    hash("kind", &T::SHAPE)
}

fn text<T: Shape + ?Sized>() -> String {
    T::SHAPE.to_string().trim_end().to_owned()
}

// V4: the names of types without parts are those that locks hold
#[test]
fn leaves_have_names() {
    let named = [
        (text::<bool>(), "bool"),
        (text::<char>(), "char"),
        (text::<u8>(), "u8"),
        (text::<i128>(), "i128"),
        (text::<usize>(), "usize"),
        (text::<f64>(), "f64"),
        (text::<NonZero<u32>>(), "non_zero_u32"),
        (text::<String>(), "string"),
        (text::<PathBuf>(), "path"),
        (text::<()>(), "unit"),
        (text::<PhantomData<str>>(), "unit"),
        (text::<Duration>(), "duration"),
        (text::<SystemTime>(), "system_time"),
        (text::<IpAddr>(), "ip_addr"),
        (text::<SocketAddr>(), "socket_addr"),
        (text::<bytes::Bytes>(), "bytes"),
    ];
    for (text, name) in named {
        assert_eq!(text, name);
    }
}

// V4: what serde stores as what is inside has the shape of that
#[test]
fn pointers_are_what_is_inside() {
    let same = [
        text::<str>(),
        text::<&str>(),
        text::<Box<str>>(),
        text::<Rc<str>>(),
        text::<Arc<String>>(),
        text::<Cow<'static, str>>(),
        text::<Mutex<String>>(),
        text::<Wrapping<String>>(),
    ];
    assert!(same.iter().all(|one| one == "string"), "{same:?}");
}

// V4: collections that serde stores alike have one shape, others do not
#[test]
fn collections_are_what_they_are_stored_as() {
    let lists = [
        value::<Vec<u8>>(),
        value::<VecDeque<u8>>(),
        value::<LinkedList<u8>>(),
        value::<[u8]>(),
    ];
    assert!(lists.iter().all(|list| *list == value::<Vec<u8>>()));
    assert_eq!(value::<HashSet<u8>>(), value::<BTreeSet<u8>>());
    assert_eq!(value::<HashMap<u8, i8>>(), value::<BTreeMap<u8, i8>>());
    let distinct = [
        value::<Vec<u8>>(),
        value::<HashSet<u8>>(),
        value::<HashMap<u8, u8>>(),
        value::<Option<u8>>(),
        value::<[u8; 2]>(),
        value::<[u8; 3]>(),
        value::<(u8, u8)>(),
        value::<(u8,)>(),
        value::<Range<u8>>(),
        value::<Result<u8, u8>>(),
        value::<Bound<u8>>(),
    ];
    for (at, one) in distinct.iter().enumerate() {
        assert!(
            !distinct.iter().skip(at + 1).any(|other| other == one),
            "number {at}"
        );
    }
    assert_eq!(value::<Range<u8>>(), value::<RangeInclusive<u8>>());
}

// V4: the values stand in the sources of programs, so they are these for ever
#[test]
fn shapes_of_the_standard_library_are_the_same_for_ever() {
    let pinned: [(u64, u64); 6] = [
        (value::<Vec<Option<String>>>(), 0x6023_3b8d_7225_e996),
        (
            value::<HashMap<String, BTreeSet<u32>>>(),
            0x015a_03dd_9448_ff37,
        ),
        (value::<(u8, [char; 4], Duration)>(), 0x4db3_8ae6_9b3c_5915),
        (value::<Result<IpAddr, Bound<i64>>>(), 0xf835_a962_d4ba_5cee),
        (value::<Range<SystemTime>>(), 0xea25_cf23_3a7e_4512),
        (
            value::<(A, A, A, A, A, A, A, A, A, A, A, A)>(),
            0xac8b_ba5c_1feb_a1aa,
        ),
    ];
    let found = pinned.map(|(found, _)| format!("{found:#018x}"));
    let expected = pinned.map(|(_, expected)| format!("{expected:#018x}"));
    assert_eq!(found, expected);
}

type A = Box<u8>;

// V4: a type of another crate is called what a program would call it
#[cfg(feature = "chrono")]
#[test]
fn a_foreign_type_is_opaque() {
    const NAMED: Node = Node::Opaque("chrono::DateTime@1");
    assert_eq!(chrono::DateTime::<chrono::Utc>::SHAPE, NAMED);
    assert_eq!(chrono::DateTime::<chrono::FixedOffset>::SHAPE, NAMED);
}
