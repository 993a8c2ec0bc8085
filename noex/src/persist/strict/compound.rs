//! Lists, maps and structs on their way through the strict serializer.

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
};

use super::{Checks, Unstorable, Value};

/// The list, map or struct `C` with every value in it checked.
pub(crate) struct Compound<'a, C> {
    inner: C,
    checks: &'a Checks,
    /// How many brackets it opened.
    levels: usize,
    /// How many values it was said to have; none where nobody knew.
    announced: Option<usize>,
    written: usize,
}

impl<'a, C> Compound<'a, C> {
    pub(super) fn begin<E: Error>(
        inner: Result<C, E>,
        checks: &'a Checks,
        levels: usize,
        announced: Option<usize>,
    ) -> Result<Self, E> {
        let inner = inner?;
        checks.enter(levels)?;
        Ok(Self {
            inner,
            checks,
            levels,
            announced,
            written: 0,
        })
    }

    fn finish<E: Error>(self) -> Result<C, E> {
        let is_all = self.announced.is_none_or(|len| len == self.written);
        if !is_all && self.checks.rules.counted {
            return Err(self.checks.refuse(Unstorable::Miscounted));
        }
        self.checks.leave(self.levels);
        Ok(self.inner)
    }
}

macro_rules! elements {
    ($($name:ident::$method:ident)*) => {$(
        impl<C: $name> $name for Compound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
                self.written += 1;
                self.inner.$method(&Value::new(value, self.checks))
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.finish()?.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! fields {
    ($($name:ident)*) => {$(
        impl<C: $name> $name for Compound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), C::Error> {
                self.written += 1;
                self.inner.serialize_field(name, &Value::new(value, self.checks))
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), C::Error> {
                self.inner.skip_field(name)
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.finish()?.end()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl<C: SerializeMap> SerializeMap for Compound<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        if !self.checks.rules.text_keys {
            return self.inner.serialize_key(&Value::new(key, self.checks));
        }
        self.inner
            .serialize_key(key)
            .map_err(|_| self.checks.refuse(Unstorable::MapKey))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.written += 1;
        self.inner.serialize_value(&Value::new(value, self.checks))
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.finish()?.end()
    }
}
