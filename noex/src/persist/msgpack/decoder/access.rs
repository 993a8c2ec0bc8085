//! Lists, maps and variants on their way through the decoder.

use serde::de::value::SeqDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Decoder, Failure, Step};
use crate::persist::strict::DEEPEST;

/// The values of a list.
pub(super) struct Items<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    len: u32,
    left: u32,
}

impl<'a, 'de> Items<'a, 'de> {
    pub(super) fn read<V: Visitor<'de>>(
        decoder: &'a mut Decoder<'de>,
        len: u32,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let outer = decoder.enter()?;
        let left = len;
        let mut items = Self { decoder, len, left };
        let value = visitor.visit_seq(&mut items)?;
        items.decoder.leave(outer, items.left, "list")?;
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        let index = usize::try_from(self.len - self.left).unwrap_or_default();
        self.decoder.go_to(Step::Item(index));
        let value = seed.deserialize(&mut *self.decoder)?;
        self.decoder.go_to(Step::Between);
        self.left = left;
        Ok(Some(value))
    }

    fn size_hint(&self) -> Option<usize> {
        self.decoder.at_most(self.left)
    }
}

/// The keys and values of a map.
pub(super) struct Entries<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    left: u32,
    /// Where the key is whose value comes next.
    key: usize,
}

impl<'a, 'de> Entries<'a, 'de> {
    pub(super) fn read<V: Visitor<'de>>(
        decoder: &'a mut Decoder<'de>,
        left: u32,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let outer = decoder.enter()?;
        let mut entries = Self {
            decoder,
            left,
            key: 0,
        };
        let value = visitor.visit_map(&mut entries)?;
        entries.decoder.leave(outer, entries.left, "map")?;
        Ok(value)
    }
}

impl<'de> MapAccess<'de> for &mut Entries<'_, 'de> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failure> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        self.key = self.decoder.at();
        seed.deserialize(&mut *self.decoder).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Failure> {
        self.decoder.go_to(Step::Entry(self.key));
        let value = seed.deserialize(&mut *self.decoder)?;
        self.decoder.go_to(Step::Between);
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.decoder.at_most(self.left)
    }
}

/// A variant with its content.
pub(super) struct Variant<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
}

impl<'a, 'de> Variant<'a, 'de> {
    pub(super) fn read<V: Visitor<'de>>(
        decoder: &'a mut Decoder<'de>,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let outer = decoder.enter()?;
        let value = visitor.visit_enum(Variant {
            decoder: &mut *decoder,
        })?;
        decoder.leave(outer, 0, "map")?;
        Ok(value)
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Failure> {
        let name = self.decoder.at();
        let variant = seed.deserialize(&mut *self.decoder)?;
        self.decoder.go_to(Step::Variant(name));
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        serde::Deserialize::deserialize(self.decoder)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failure> {
        seed.deserialize(self.decoder)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.decoder.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.decoder.deserialize_any(visitor)
    }
}

/// Bytes as a list of numbers.
pub(super) struct Bytes;

impl Bytes {
    pub(super) fn read<'de, V: Visitor<'de>>(
        bytes: &[u8],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let mut items = SeqDeserializer::<_, Failure>::new(bytes.iter().copied());
        let value = visitor.visit_seq(&mut items)?;
        items.end().map(|()| value)
    }
}

impl Decoder<'_> {
    /// Goes into a list or a map; how many it is within.
    fn enter(&mut self) -> Result<usize, Failure> {
        let outer = self.open.len();
        if outer >= DEEPEST {
            return Err(Failure(format!("it nests more than {DEEPEST} deep")));
        }
        self.open.push(Step::Between);
        Ok(outer)
    }

    fn go_to(&mut self, step: Step) {
        if let Some(last) = self.open.last_mut() {
            *last = step;
        }
    }

    /// Goes out again, if nothing is left in it.
    fn leave(&mut self, outer: usize, left: u32, what: &str) -> Result<(), Failure> {
        if left > 0 {
            return Err(Failure(format!("a longer {what} than expected")));
        }
        self.open.truncate(outer);
        Ok(())
    }

    /// How many values there can be: each has a byte.
    fn at_most(&self, left: u32) -> Option<usize> {
        Some(usize::try_from(left).ok()?.min(self.rest.len()))
    }
}
