//! The shapes of types of other crates, as their own feature `serde` stores them.
//!
//! They are named as a program would name them by `opaque`, which may then be left out. The numbers would be raised if
//! one of these crates stored a type another way.

use super::{Node, Shape};

impl Shape for bytes::Bytes {
    const SHAPE: Node = Node::Leaf("bytes");
}

impl Shape for bytes::BytesMut {
    const SHAPE: Node = Node::Leaf("bytes");
}

#[cfg(any(
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time",
    feature = "uuid"
))]
macro_rules! foreign {
    ($($name:literal: $ty:ty;)+) => {$(
        impl Shape for $ty {
            const SHAPE: Node = Node::Opaque($name);
        }
    )+};
}

#[cfg(feature = "uuid")]
foreign! {
    "uuid::Uuid@1": uuid::Uuid;
    "uuid::NonNilUuid@1": uuid::NonNilUuid;
}

#[cfg(feature = "rust_decimal")]
foreign! {
    "rust_decimal::Decimal@1": rust_decimal::Decimal;
}

#[cfg(feature = "chrono")]
foreign! {
    "chrono::Month@1": chrono::Month;
    "chrono::NaiveDate@1": chrono::NaiveDate;
    "chrono::NaiveDateTime@1": chrono::NaiveDateTime;
    "chrono::NaiveTime@1": chrono::NaiveTime;
    "chrono::TimeDelta@1": chrono::TimeDelta;
    "chrono::Weekday@1": chrono::Weekday;
}

/// Stored with its offset, whatever the zone is.
#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> Shape for chrono::DateTime<Z> {
    const SHAPE: Node = Node::Opaque("chrono::DateTime@1");
}

#[cfg(feature = "time")]
foreign! {
    "time::Date@1": time::Date;
    "time::Duration@1": time::Duration;
    "time::Month@1": time::Month;
    "time::OffsetDateTime@1": time::OffsetDateTime;
    "time::PrimitiveDateTime@1": time::PrimitiveDateTime;
    "time::Time@1": time::Time;
    "time::UtcOffset@1": time::UtcOffset;
    "time::Weekday@1": time::Weekday;
}

#[cfg(feature = "jiff")]
foreign! {
    "jiff::SignedDuration@1": jiff::SignedDuration;
    "jiff::Span@1": jiff::Span;
    "jiff::Timestamp@1": jiff::Timestamp;
    "jiff::ZonedDateTime@1": jiff::ZonedDateTime;
    "jiff::civil::Date@1": jiff::civil::Date;
    "jiff::civil::DateTime@1": jiff::civil::DateTime;
    "jiff::civil::Time@1": jiff::civil::Time;
}
