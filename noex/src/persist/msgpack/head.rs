//! The head of a MessagePack value: what it is, or how much follows.

/// What a value begins with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Head<'de> {
    Nothing,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Single(f32),
    Double(f64),
    /// Text, which may not be UTF-8.
    Text(&'de [u8]),
    Bytes(&'de [u8]),
    /// So many values follow.
    List(u32),
    /// So many keys follow, each with its value.
    Map(u32),
}

/// Why there is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoHead {
    #[error("it ends too early")]
    Cut,
    /// One that is reserved, or an extension, which this code never writes.
    #[error("a byte that begins no value")]
    Unknown,
}

impl<'de> Head<'de> {
    /// Reads one from the beginning of `rest`.
    pub(super) fn read(rest: &mut &'de [u8]) -> Result<Self, NoHead> {
        let [marker] = array(rest)?;
        Ok(match marker {
            0x00..=0x7f => Self::Unsigned(marker.into()),
            0x80..=0x8f => Self::Map((marker & 0x0f).into()),
            0x90..=0x9f => Self::List((marker & 0x0f).into()),
            0xa0..=0xbf => Self::Text(bytes(rest, (marker & 0x1f).into())?),
            0xc0 => Self::Nothing,
            0xc2 | 0xc3 => Self::Bool(marker == 0xc3),
            0xc4..=0xc6 => Self::Bytes(sized(rest, marker - 0xc4)?),
            0xca => Self::Single(f32::from_be_bytes(array(rest)?)),
            0xcb => Self::Double(f64::from_be_bytes(array(rest)?)),
            0xcc => Self::Unsigned(u8::from_be_bytes(array(rest)?).into()),
            0xcd => Self::Unsigned(u16::from_be_bytes(array(rest)?).into()),
            0xce => Self::Unsigned(u32::from_be_bytes(array(rest)?).into()),
            0xcf => Self::Unsigned(u64::from_be_bytes(array(rest)?)),
            0xd0 => Self::Signed(i8::from_be_bytes(array(rest)?).into()),
            0xd1 => Self::Signed(i16::from_be_bytes(array(rest)?).into()),
            0xd2 => Self::Signed(i32::from_be_bytes(array(rest)?).into()),
            0xd3 => Self::Signed(i64::from_be_bytes(array(rest)?)),
            0xd9..=0xdb => Self::Text(sized(rest, marker - 0xd9)?),
            0xdc => Self::List(u16::from_be_bytes(array(rest)?).into()),
            0xdd => Self::List(u32::from_be_bytes(array(rest)?)),
            0xde => Self::Map(u16::from_be_bytes(array(rest)?).into()),
            0xdf => Self::Map(u32::from_be_bytes(array(rest)?)),
            0xe0..=0xff => Self::Signed(marker.cast_signed().into()),
            0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 => return Err(NoHead::Unknown),
        })
    }

    /// How many values are within it.
    pub(super) fn within(self) -> u64 {
        match self {
            Self::List(values) => values.into(),
            Self::Map(keys) => u64::from(keys) * 2,
            _ => 0,
        }
    }
}

/// Bytes behind their number, which has itself one, two or four bytes.
fn sized<'de>(rest: &mut &'de [u8], width: u8) -> Result<&'de [u8], NoHead> {
    let number = match width {
        0 => u8::from_be_bytes(array(rest)?).into(),
        1 => u16::from_be_bytes(array(rest)?).into(),
        _ => u32::from_be_bytes(array(rest)?),
    };
    bytes(rest, number)
}

fn bytes<'de>(rest: &mut &'de [u8], number: u32) -> Result<&'de [u8], NoHead> {
    let number = usize::try_from(number).map_err(|_| NoHead::Cut)?;
    let (taken, behind) = rest.split_at_checked(number).ok_or(NoHead::Cut)?;
    *rest = behind;
    Ok(taken)
}

fn array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], NoHead> {
    let (taken, behind) = rest.split_first_chunk().ok_or(NoHead::Cut)?;
    *rest = behind;
    Ok(*taken)
}
