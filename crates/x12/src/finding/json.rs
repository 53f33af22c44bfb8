//! Findings as JSON.

use super::{Finding, Severity};
use serde::ser::{Serialize, SerializeStruct, Serializer};

impl Serialize for Finding<'_> {
    /// Severity, SNIP type, code of the acknowledgement, place and sentence; never the value.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Code<'a> {
            r#in: &'a str,
            value: &'a str,
        }
        let (at, code) = self.kind.code().place_and_value();
        let mut out = serializer.serialize_struct("Finding", 10)?;
        let severity = match self.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        out.serialize_field("severity", severity)?;
        out.serialize_field("snip", &(self.level() as u8))?;
        out.serialize_field("code", &Code { r#in: at, value: &code })?;
        out.serialize_field("segment", &self.place.segment)?;
        out.serialize_field("byte", &self.place.offset)?;
        out.serialize_field("position", &self.place.position)?;
        out.serialize_field("id", self.place.id)?;
        out.serialize_field("loop", self.place.loop_id)?;
        out.serialize_field("at", &self.place.element)?;
        out.serialize_field("message", &self.to_string())?;
        out.end()
    }
}
