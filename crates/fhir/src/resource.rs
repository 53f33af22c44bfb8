//! A resource as a JSON object whose untouched members keep their exact text.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::error::FhirError;
use crate::ids::valid_id;

/// Largest resource or bundle read by default: 5 MiB.
pub const MAX_BYTES: usize = 5 << 20;

/// Members in order, each as the text that came.
pub type Members = IndexMap<String, Box<RawValue>>;

/// Any R4 resource. `72.50` stays `72.50`; members that nobody sets come out byte for byte, in
/// order.
#[derive(Clone)]
pub struct Resource {
    resource_type: String,
    members: Members,
}

impl fmt::Debug for Resource {
    /// The type only: everything else may be PHI.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({})", self.resource_type)
    }
}

impl Resource {
    /// Reads a resource of at most [`MAX_BYTES`].
    ///
    /// # Errors
    /// [`FhirError`]; a member given twice is refused, since readers disagree on which one counts.
    pub fn parse(json: &[u8]) -> Result<Self, FhirError> {
        Self::parse_within(json, MAX_BYTES)
    }

    /// As [`Resource::parse`] with another limit.
    ///
    /// # Errors
    /// [`FhirError`].
    pub fn parse_within(json: &[u8], limit: usize) -> Result<Self, FhirError> {
        if json.len() > limit {
            return Err(FhirError::TooLarge { limit });
        }
        let Unique(members) = serde_json::from_slice(json).map_err(|e| FhirError::json(&e))?;
        Self::from_members(members)
    }

    /// A new resource of a type, with nothing else.
    ///
    /// # Errors
    /// [`FhirError::ResourceType`] when that is not a type name.
    pub fn new(resource_type: &str) -> Result<Self, FhirError> {
        let mut members = Members::new();
        members.insert("resourceType".to_owned(), raw("resourceType", &resource_type)?);
        Self::from_members(members)
    }

    pub(crate) fn from_members(members: Members) -> Result<Self, FhirError> {
        let text = members.get("resourceType").ok_or(FhirError::ResourceType)?;
        let resource_type: String = serde_json::from_str(text.get()).map_err(|_| FhirError::ResourceType)?;
        let named = resource_type.starts_with(|c: char| c.is_ascii_uppercase())
            && resource_type.len() <= 64
            && resource_type.bytes().all(|b| b.is_ascii_alphabetic());
        if named {
            Ok(Self { resource_type, members })
        } else {
            Err(FhirError::ResourceType)
        }
    }

    /// `resourceType`, e.g. `Patient`.
    pub fn resource_type(&self) -> &str {
        &self.resource_type
    }

    /// The logical id; none when absent or outside the id grammar.
    pub fn id(&self) -> Option<String> {
        self.get::<String>("id").ok().flatten().filter(|id| valid_id(id))
    }

    /// `meta.versionId`; none when absent or outside the id grammar.
    pub fn version_id(&self) -> Option<String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Meta {
            version_id: Option<String>,
        }
        let meta = self.get::<Meta>("meta").ok().flatten();
        meta.and_then(|m| m.version_id).filter(|v| valid_id(v))
    }

    /// Reads one member as `T`; none when it is absent.
    ///
    /// # Errors
    /// [`FhirError::Member`] when its shape differs.
    pub fn get<T: DeserializeOwned>(&self, member: &str) -> Result<Option<T>, FhirError> {
        let Some(text) = self.members.get(member) else {
            return Ok(None);
        };
        serde_json::from_str(text.get())
            .map(Some)
            .map_err(|e| FhirError::member(member, &e))
    }

    /// The exact text of a member.
    pub fn raw(&self, member: &str) -> Option<&str> {
        self.members.get(member).map(|text| text.get())
    }

    /// Sets a member: at its old place, or at the end.
    ///
    /// # Errors
    /// [`FhirError::ResourceType`] for `resourceType`, which never changes; [`FhirError::Member`]
    /// when `value` cannot be JSON.
    pub fn set(&mut self, member: &str, value: &impl Serialize) -> Result<(), FhirError> {
        if member == "resourceType" {
            return Err(FhirError::ResourceType);
        }
        self.members.insert(member.to_owned(), raw(member, value)?);
        Ok(())
    }

    /// Takes a member out; true when it was there. `resourceType` stays.
    pub fn remove(&mut self, member: &str) -> bool {
        member != "resourceType" && self.members.shift_remove(member).is_some()
    }

    /// The members in order.
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// The resource as JSON text.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{");
        for (at, (name, text)) in self.members.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&serde_json::Value::from(name.as_str()).to_string());
            out.push(':');
            out.push_str(text.get());
        }
        out.push('}');
        out
    }
}

pub(crate) fn raw(member: &str, value: &impl Serialize) -> Result<Box<RawValue>, FhirError> {
    serde_json::value::to_raw_value(value).map_err(|e| FhirError::member(member, &e))
}

/// An object without repeated members.
struct Unique(Members);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Unique;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
                let mut members = Members::new();
                while let Some((name, text)) = map.next_entry::<String, Box<RawValue>>()? {
                    if members.insert(name, text).is_some() {
                        return Err(A::Error::custom("a member stands twice"));
                    }
                }
                Ok(Unique(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"resourceType":"Observation","id":"o1","meta":{"versionId":"3"},"valueQuantity":{ "value":72.50 },"x":1e2}"#;

    #[test]
    fn untouched_members_keep_their_text() {
        let mut resource = Resource::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(resource.to_json(), TEXT);
        resource.set("x", &"y").unwrap();
        assert_eq!(resource.to_json(), TEXT.replace("1e2", "\"y\""));
        assert!(resource.remove("x") && !resource.remove("x") && !resource.remove("resourceType"));
        assert_eq!(resource.raw("valueQuantity"), Some("{ \"value\":72.50 }"));
        assert_eq!(
            (resource.id().as_deref(), resource.version_id().as_deref()),
            (Some("o1"), Some("3"))
        );
        assert_eq!(resource.resource_type(), "Observation");
    }

    #[test]
    fn faults_name_the_place_and_not_the_value() {
        let recorded = |text: &str| Resource::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            recorded("{\"name\": Smith}"),
            "the resource is not a JSON object with each member once, line 1 column 10"
        );
        assert!(recorded("\"Smith\"").starts_with("the resource is not a JSON object"));
        assert!(
            recorded("{\"resourceType\":\"Patient\",\"id\":\"1\",\"id\":\"2\"}").starts_with("the resource is not")
        );
        assert_eq!(
            recorded("{\"resourceType\":\"Smith 1\"}"),
            "resourceType is missing or not a type name"
        );
        assert_eq!(recorded("{}"), "resourceType is missing or not a type name");
        assert_eq!(
            Resource::parse_within(TEXT.as_bytes(), 9).unwrap_err(),
            FhirError::TooLarge { limit: 9 }
        );
        let resource = Resource::parse(TEXT.as_bytes()).unwrap();
        let error = resource.get::<u32>("id").unwrap_err().to_string();
        assert_eq!(error, "id has the wrong shape, line 1 column 4 of it");
        assert_eq!(format!("{resource:?}"), "Resource(Observation)");
    }

    #[test]
    fn the_type_never_changes() {
        let mut resource = Resource::new("Patient").unwrap();
        assert_eq!(resource.set("resourceType", &"Group"), Err(FhirError::ResourceType));
        assert_eq!(resource.to_json(), "{\"resourceType\":\"Patient\"}");
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let deep = format!(
            "{{\"resourceType\":\"Patient\",\"x\":{}1{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        if let Ok(resource) = Resource::parse(deep.as_bytes()) {
            assert!(resource.get::<serde_json::Value>("x").is_err());
            assert_eq!(resource.to_json(), deep);
        }
    }
}
