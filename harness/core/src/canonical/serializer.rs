//! Any serializable value as a [`Form`].

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::form::Form;

/// Why a value has no form.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct FormError(pub String);

impl ser::Error for FormError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Makes a form of a value.
pub(super) struct Forms;

/// Makes a list; of an enum's variant, under its name.
pub(super) struct ListForms {
    variant: Option<&'static str>,
    parts: Vec<Form>,
}

/// Makes fields; of an enum's variant, under its name.
pub(super) struct FieldForms {
    variant: Option<&'static str>,
    fields: BTreeMap<String, Form>,
    /// The key whose value comes next.
    key: Option<String>,
}

type Made = Result<Form, FormError>;

fn number(value: f64) -> Made {
    match value.is_finite() {
        true => Ok(Form::Number(value)),
        false => Err(FormError(format!("{value} is no finite number"))),
    }
}

fn under(variant: Option<&'static str>, form: Form) -> Form {
    match variant {
        None => form,
        Some(name) => Form::Fields(BTreeMap::from([(name.to_owned(), form)])),
    }
}

impl Serializer for Forms {
    type Ok = Form;
    type Error = FormError;
    type SerializeSeq = ListForms;
    type SerializeTuple = ListForms;
    type SerializeTupleStruct = ListForms;
    type SerializeTupleVariant = ListForms;
    type SerializeMap = FieldForms;
    type SerializeStruct = FieldForms;
    type SerializeStructVariant = FieldForms;

    fn serialize_bool(self, value: bool) -> Made {
        Ok(Form::Flag(value))
    }

    fn serialize_i8(self, value: i8) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_i16(self, value: i16) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_i32(self, value: i32) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_i64(self, value: i64) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_i128(self, value: i128) -> Made {
        Ok(Form::Whole(value))
    }

    fn serialize_u8(self, value: u8) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_u16(self, value: u16) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_u32(self, value: u32) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_u64(self, value: u64) -> Made {
        Ok(Form::Whole(value.into()))
    }

    fn serialize_f32(self, value: f32) -> Made {
        number(value.into())
    }

    fn serialize_f64(self, value: f64) -> Made {
        number(value)
    }

    fn serialize_char(self, value: char) -> Made {
        Ok(Form::Text(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Made {
        Ok(Form::Text(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Made {
        let parts = value.iter().map(|&byte| Form::Whole(byte.into()));
        Ok(Form::List(parts.collect()))
    }

    fn serialize_none(self) -> Made {
        Ok(Form::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Made {
        Ok(Form::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Made {
        Ok(Form::Nothing)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Made {
        Ok(Form::Text(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Made {
        Ok(under(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ListForms, FormError> {
        Ok(ListForms::of(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<ListForms, FormError> {
        Ok(ListForms::of(None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<ListForms, FormError> {
        Ok(ListForms::of(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ListForms, FormError> {
        Ok(ListForms::of(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<FieldForms, FormError> {
        Ok(FieldForms::of(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<FieldForms, FormError> {
        Ok(FieldForms::of(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<FieldForms, FormError> {
        Ok(FieldForms::of(Some(variant)))
    }
}

impl ListForms {
    fn of(variant: Option<&'static str>) -> Self {
        Self {
            variant,
            parts: Vec::new(),
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FormError> {
        self.parts.push(value.serialize(Forms)?);
        Ok(())
    }

    fn made(self) -> Form {
        under(self.variant, Form::List(self.parts))
    }
}

impl FieldForms {
    fn of(variant: Option<&'static str>) -> Self {
        Self {
            variant,
            fields: BTreeMap::new(),
            key: None,
        }
    }

    fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), FormError> {
        let form = value.serialize(Forms)?;
        if form == Form::Nothing {
            return Ok(());
        }
        match self.fields.insert(name.to_owned(), form) {
            None => Ok(()),
            Some(_) => Err(FormError(format!("`{name}` stands twice"))),
        }
    }

    fn made(self) -> Form {
        under(self.variant, Form::Fields(self.fields))
    }
}

/// The traits of lists differ in name alone.
macro_rules! list {
    ($of:ident, $add:ident) => {
        impl $of for ListForms {
            type Ok = Form;
            type Error = FormError;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FormError> {
                self.push(value)
            }

            fn end(self) -> Made {
                Ok(self.made())
            }
        }
    };
}

list!(SerializeSeq, serialize_element);
list!(SerializeTuple, serialize_element);
list!(SerializeTupleStruct, serialize_field);
list!(SerializeTupleVariant, serialize_field);

/// The traits of fields differ in name alone.
macro_rules! fields {
    ($of:ident) => {
        impl $of for FieldForms {
            type Ok = Form;
            type Error = FormError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), FormError> {
                self.put(name, value)
            }

            fn end(self) -> Made {
                Ok(self.made())
            }
        }
    };
}

fields!(SerializeStruct);
fields!(SerializeStructVariant);

impl SerializeMap for FieldForms {
    type Ok = Form;
    type Error = FormError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), FormError> {
        self.key = match key.serialize(Forms)? {
            Form::Text(text) => Some(text),
            Form::Whole(number) => Some(number.to_string()),
            _ => return Err(FormError("a key is no text".to_owned())),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), FormError> {
        let key = self.key.take();
        let key = key.ok_or_else(|| FormError("a value has no key".to_owned()))?;
        self.put(&key, value)
    }

    fn end(self) -> Made {
        Ok(self.made())
    }
}
