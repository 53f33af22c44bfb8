//! Shows values whose `Debug` is blank.

use std::fmt::{self, Debug, Formatter};

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// Values with a blank `Debug`, which are PHI: every value of this crate has it.
///
/// ```
/// use mc_hipaa::Reveal;
/// let name = mc_hipaa::parts::Name::person("IL", "DOE", "JO");
/// assert_eq!(format!("{name:?}"), "Name([phi])");
/// assert!(format!("{:?}", name.reveal()).starts_with(r#"Name { role: "IL", is_person: Some(true), last: "DOE""#));
/// ```
pub trait Reveal: Serialize {
    /// The value with all of its content, for people who may see PHI; never for logs.
    fn reveal(&self) -> Revealed<'_, Self> {
        Revealed(self)
    }
}

impl<T: Serialize + ?Sized> Reveal for T {}

/// Its `Debug` shows everything.
pub struct Revealed<'v, T: ?Sized>(&'v T);

impl<T: Serialize + ?Sized> Debug for Revealed<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.serialize(Shown(f))
    }
}

struct Shown<'f, 'b>(&'f mut Formatter<'b>);
struct Struct<'f, 'b>(fmt::DebugStruct<'f, 'b>);
struct Tuple<'f, 'b>(fmt::DebugTuple<'f, 'b>);
struct List<'f, 'b>(fmt::DebugList<'f, 'b>);
struct Map<'f, 'b>(fmt::DebugMap<'f, 'b>);

macro_rules! as_debug {
    ($($method:ident: $of:ty),+ $(,)?) => {
        $(fn $method(self, value: $of) -> fmt::Result {
            Debug::fmt(&value, self.0)
        })+
    };
}

impl<'f, 'b> Serializer for Shown<'f, 'b> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = List<'f, 'b>;
    type SerializeTuple = List<'f, 'b>;
    type SerializeTupleStruct = Tuple<'f, 'b>;
    type SerializeTupleVariant = Tuple<'f, 'b>;
    type SerializeMap = Map<'f, 'b>;
    type SerializeStruct = Struct<'f, 'b>;
    type SerializeStructVariant = Struct<'f, 'b>;

    as_debug! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
    }

    fn serialize_none(self) -> fmt::Result {
        self.0.write_str("None")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        self.serialize_newtype_struct("Some", value)
    }

    fn serialize_unit(self) -> fmt::Result {
        self.0.write_str("()")
    }

    fn serialize_unit_struct(self, name: &'static str) -> fmt::Result {
        self.0.write_str(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> fmt::Result {
        self.0.write_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> fmt::Result {
        self.0.debug_tuple(name).field(&Revealed(value)).finish()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> fmt::Result {
        self.serialize_newtype_struct(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, fmt::Error> {
        Ok(List(self.0.debug_list()))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, fmt::Error> {
        Ok(List(self.0.debug_list()))
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, fmt::Error> {
        Ok(Tuple(self.0.debug_tuple(name)))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, fmt::Error> {
        Ok(Tuple(self.0.debug_tuple(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, fmt::Error> {
        Ok(Map(self.0.debug_map()))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct, fmt::Error> {
        Ok(Struct(self.0.debug_struct(name)))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, fmt::Error> {
        Ok(Struct(self.0.debug_struct(variant)))
    }
}

macro_rules! entries {
    ($($of:ident as $kind:ident: $method:ident => $entry:ident),+ $(,)?) => {
        $(impl $kind for $of<'_, '_> {
            type Ok = ();
            type Error = fmt::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
                self.0.$entry(&Revealed(value));
                Ok(())
            }

            fn end(mut self) -> fmt::Result {
                self.0.finish()
            }
        })+
    };
}

macro_rules! fields {
    ($($kind:ident),+) => {
        $(impl $kind for Struct<'_, '_> {
            type Ok = ();
            type Error = fmt::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> fmt::Result {
                self.0.field(name, &Revealed(value));
                Ok(())
            }

            fn end(mut self) -> fmt::Result {
                self.0.finish()
            }
        })+
    };
}

entries! {
    List as SerializeSeq: serialize_element => entry,
    List as SerializeTuple: serialize_element => entry,
    Tuple as SerializeTupleStruct: serialize_field => field,
    Tuple as SerializeTupleVariant: serialize_field => field,
}
fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Map<'_, '_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> fmt::Result {
        self.0.key(&Revealed(key));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.0.value(&Revealed(value));
        Ok(())
    }

    fn end(mut self) -> fmt::Result {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::{Dated, Reference};

    #[test]
    fn a_revealed_value_shows_what_its_debug_does_not() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
        let values = (Dated::day("472", day), vec![Reference::new("EI", "123456789")], Some(7));
        assert_eq!(format!("{:?}", values.0), "Dated([phi])");
        assert_eq!(
            format!("{:?}", values.reveal()),
            "[Dated { qualifier: \"472\", when: day(\"2026-01-02\") }, [Reference { qualifier: \"EI\", value: \
             \"123456789\", description: \"\", payer_id: \"\" }], Some(7)]"
        );
    }
}
