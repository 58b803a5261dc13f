//! Enums as YAML writes them: `- auroc`, `- ece: {bins: 15}`.
//!
//! The YAML parser reads the fields of a bare name that needs some (`- ece`) from whatever stands next:
//! the next item of the list, or the next key. Here a name takes its fields from its own mapping only,
//! and a mapping holds one name.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error, IgnoredAny, IntoDeserializer, MapAccess, VariantAccess,
    Visitor,
};
use serde::{Deserializer, forward_to_deserialize_any};

/// Said of a name that needs fields and has none; `: ` and the name follow.
pub const NO_FIELDS: &str = "this name needs its fields";
/// Said of fields after a name that has none.
pub const FIELDS: &str = "this name takes no fields";
/// Said of a second name in a mapping.
pub const SECOND: &str = "a second name stands where one is expected";

/// A deserializer whose enums are a name, or a mapping of one name to its fields.
pub struct Tagged<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tagged<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Name { variants, visitor })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Name<V> {
    variants: &'static [&'static str],
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Name<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", self.variants.join(", "))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        self.visitor.visit_enum(Bare {
            name,
            deserializer: name.into_deserializer(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(Mapping(map))
    }
}

/// A name alone.
struct Bare<'a, E> {
    name: &'a str,
    deserializer: StrDeserializer<'a, E>,
}

impl<'a, 'de, E: Error> EnumAccess<'de> for Bare<'a, E> {
    type Error = E;
    type Variant = NoFields<'a, E>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, NoFields<'a, E>), E> {
        let value = seed.deserialize(self.deserializer)?;
        Ok((value, NoFields(self.name, PhantomData)))
    }
}

/// What follows a name alone.
struct NoFields<'a, E>(&'a str, PhantomData<E>);

impl<E: Error> NoFields<'_, E> {
    fn needed<T>(&self) -> Result<T, E> {
        Err(E::custom(format_args!("{NO_FIELDS}: {}", self.0)))
    }
}

impl<'de, E: Error> VariantAccess<'de> for NoFields<'_, E> {
    type Error = E;

    fn unit_variant(self) -> Result<(), E> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, E> {
        self.needed()
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, E> {
        self.needed()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, E> {
        self.needed()
    }
}

/// A name with its fields.
struct Mapping<A>(A);

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Mapping<A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(
        mut self,
        seed: T,
    ) -> Result<(T::Value, Self), A::Error> {
        let name = self.0.next_key_seed(seed)?;
        let name = name.ok_or_else(|| A::Error::custom("there is no name"))?;
        Ok((name, self))
    }
}

impl<'de, A: MapAccess<'de>> Mapping<A> {
    fn end<T>(mut self, value: T) -> Result<T, A::Error> {
        match self.0.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(A::Error::custom(SECOND)),
        }
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Mapping<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        match self.0.next_value::<Option<IgnoredAny>>()? {
            None => self.end(()),
            Some(_) => Err(A::Error::custom(FIELDS)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        mut self,
        seed: T,
    ) -> Result<T::Value, A::Error> {
        let value = self.0.next_value_seed(seed)?;
        self.end(value)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("a name takes fields, not a list"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("a name takes one value"))
    }
}

/// Reads and writes an enum that derives with `#[serde(remote = "Self")]` as a name with its own fields.
#[macro_export]
macro_rules! tagged {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // The derived function of the type itself, not of the trait.
                $name::deserialize($crate::tagged::Tagged(deserializer))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $name::serialize(self, serializer)
            }
        }
    };
}
