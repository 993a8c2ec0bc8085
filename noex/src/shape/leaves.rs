//! The shapes of values without parts.
//!
//! The names stand in locks, by their hashes: none is ever changed.

use std::ffi::{CStr, CString, OsStr, OsString};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic;
use std::time::{Duration, SystemTime};

use super::{Node, Shape};

macro_rules! leaves {
    ($($name:literal: $($ty:ty),+;)*) => {$($(
        impl Shape for $ty {
            const SHAPE: Node = Node::Leaf($name);
        }
    )+)*};
}

leaves! {
    "bool": bool, atomic::AtomicBool;
    "char": char;
    "f32": f32;
    "f64": f64;
    "i8": i8, atomic::AtomicI8;
    "i16": i16, atomic::AtomicI16;
    "i32": i32, atomic::AtomicI32;
    "i64": i64, atomic::AtomicI64;
    "i128": i128;
    "isize": isize, atomic::AtomicIsize;
    "u8": u8, atomic::AtomicU8;
    "u16": u16, atomic::AtomicU16;
    "u32": u32, atomic::AtomicU32;
    "u64": u64, atomic::AtomicU64;
    "u128": u128;
    "usize": usize, atomic::AtomicUsize;
    "non_zero_i8": NonZero<i8>;
    "non_zero_i16": NonZero<i16>;
    "non_zero_i32": NonZero<i32>;
    "non_zero_i64": NonZero<i64>;
    "non_zero_i128": NonZero<i128>;
    "non_zero_isize": NonZero<isize>;
    "non_zero_u8": NonZero<u8>;
    "non_zero_u16": NonZero<u16>;
    "non_zero_u32": NonZero<u32>;
    "non_zero_u64": NonZero<u64>;
    "non_zero_u128": NonZero<u128>;
    "non_zero_usize": NonZero<usize>;
    "string": str, String;
    "path": Path, PathBuf;
    "c_string": CStr, CString;
    "os_string": OsStr, OsString;
    "unit": ();
    "duration": Duration;
    "system_time": SystemTime;
    "ip_addr": IpAddr;
    "ipv4_addr": Ipv4Addr;
    "ipv6_addr": Ipv6Addr;
    "socket_addr": SocketAddr;
    "socket_addr_v4": SocketAddrV4;
    "socket_addr_v6": SocketAddrV6;
}

/// serde stores it as it stores `()`.
impl<T: ?Sized> Shape for PhantomData<T> {
    const SHAPE: Node = <()>::SHAPE;
}
