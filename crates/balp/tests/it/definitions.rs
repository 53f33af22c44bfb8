//! A small reader of StructureDefinitions: cardinality, patterns, required bindings and slices by
//! value.

use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf};

pub struct Definitions {
    by_url: BTreeMap<String, Value>,
}

pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/balp")
        .join(name)
}

/// Every JSON document of a folder.
pub fn documents(name: &str) -> Vec<Value> {
    let files = std::fs::read_dir(folder(name)).into_iter().flatten().flatten();
    files
        .map(|file| serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap())
        .collect()
}

impl Definitions {
    /// None where the published definitions are not at hand.
    pub fn load() -> Option<Self> {
        let documents = documents("definitions").into_iter();
        let by_url: BTreeMap<_, _> = documents.map(|d| (d["url"].as_str().unwrap().to_owned(), d)).collect();
        (!by_url.is_empty()).then_some(Self { by_url })
    }

    /// The faults of `event` under a profile and those that it builds on.
    pub fn faults(&self, event: &Value, profile: &str) -> Vec<String> {
        let (mut faults, mut at) = (Vec::new(), Some(profile.to_owned()));
        while let Some(definition) = at.take().and_then(|url| self.by_url.get(&url)) {
            let view = View::new(self, definition);
            for element in view.elements.values() {
                view.check(element, event, &mut faults);
            }
            at = definition["baseDefinition"].as_str().map(str::to_owned);
        }
        faults
    }

    fn holds(&self, value_set: &str, value: &Value) -> bool {
        let include = self.by_url[value_set]["compose"]["include"].as_array().unwrap();
        let codings = value["coding"]
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![value.clone()]);
        codings.iter().any(|coding| {
            include
                .iter()
                .filter(|set| set["system"] == coding["system"])
                .any(|set| {
                    let url = set["system"].as_str().unwrap();
                    let concepts = set["concept"]
                        .as_array()
                        .or_else(|| self.by_url.get(url)?["concept"].as_array());
                    concepts
                        .unwrap()
                        .iter()
                        .any(|concept| concept["code"] == coding["code"])
                })
        })
    }
}

/// One profile's elements by id.
struct View<'a> {
    all: &'a Definitions,
    elements: BTreeMap<&'a str, &'a Value>,
}

impl<'a> View<'a> {
    fn new(all: &'a Definitions, definition: &'a Value) -> Self {
        let elements = definition["differential"]["element"].as_array().unwrap();
        let elements = elements
            .iter()
            .map(|element| (element["id"].as_str().unwrap(), element))
            .collect();
        Self { all, elements }
    }

    fn check(&self, element: &Value, event: &Value, faults: &mut Vec<String>) {
        let id = element["id"].as_str().unwrap();
        let (parent, last) = id.rsplit_once('.').unwrap_or(("", id));
        for holder in self.instances(parent, event) {
            let found = self.step(parent, last, holder);
            let count = u64::try_from(found.len()).unwrap();
            if element["min"].as_u64().is_some_and(|min| count < min) {
                faults.push(format!("{id}: {count} of at least {}", element["min"]));
            }
            if element["max"]
                .as_str()
                .and_then(|max| max.parse().ok())
                .is_some_and(|max: u64| count > max)
            {
                faults.push(format!("{id}: {count} of at most {}", element["max"]));
            }
            for value in &found {
                if !self.fits(element, value) {
                    faults.push(format!("{id}: {value} does not fit"));
                }
            }
            let closed = element["slicing"]["rules"] == "closed";
            if closed
                && !found
                    .iter()
                    .all(|item| self.slices(id).any(|slice| self.belongs(slice, item)))
            {
                faults.push(format!("{id}: an item of no slice"));
            }
            let same = element["constraint"][0]["key"] == "val-audit-source";
            if same && found.iter().any(|agent| agent["who"] != event["source"]["observer"]) {
                faults.push(format!("{id}: is not the observer"));
            }
        }
    }

    /// The value against the element's pattern, required binding and kind of reference.
    fn fits(&self, element: &Value, value: &Value) -> bool {
        let mut members = element.as_object().unwrap().iter();
        let pattern = members.find(|(name, _)| name.starts_with("pattern") || name.starts_with("fixed"));
        let bound = element["binding"]["valueSet"]
            .as_str()
            .filter(|_| element["binding"]["strength"] == "required");
        let patient = element["type"][0]["targetProfile"][0] == "http://hl7.org/fhir/StructureDefinition/Patient";
        let text = value["reference"].as_str().unwrap_or_default();
        pattern.is_none_or(|(_, pattern)| contains(value, pattern))
            && bound.is_none_or(|set| self.all.holds(set, value))
            && (!patient || value["type"] == "Patient" || text.starts_with("Patient/"))
    }

    /// Everything that an element id names in the event.
    fn instances<'v>(&self, id: &str, event: &'v Value) -> Vec<&'v Value> {
        if id.is_empty() || id == "AuditEvent" {
            return vec![event];
        }
        let (parent, last) = id.rsplit_once('.').unwrap();
        self.instances(parent, event)
            .into_iter()
            .flat_map(|holder| self.step(parent, last, holder))
            .collect()
    }

    fn step<'v>(&self, parent: &str, segment: &str, holder: &'v Value) -> Vec<&'v Value> {
        let name = segment.split(':').next().unwrap();
        let found: Vec<_> = match &holder[name] {
            Value::Null => Vec::new(),
            Value::Array(items) => items.iter().collect(),
            one => vec![one],
        };
        if !segment.contains(':') {
            return found;
        }
        let slice = format!("{parent}.{segment}");
        found.into_iter().filter(|item| self.belongs(&slice, item)).collect()
    }

    fn slices(&self, id: &str) -> impl Iterator<Item = &'a str> {
        let start = format!("{id}:");
        let ids: Vec<&str> = self.elements.keys().copied().collect();
        ids.into_iter()
            .filter(move |id| id.strip_prefix(&start).is_some_and(|rest| !rest.contains('.')))
    }

    fn belongs(&self, slice: &str, item: &Value) -> bool {
        let sliced = slice.rsplit_once(':').unwrap().0;
        let path = self
            .elements
            .get(sliced)
            .map(|element| &element["slicing"]["discriminator"][0]["path"]);
        // A profile that builds on another slices as that one does.
        let path = path.and_then(Value::as_str).unwrap_or("type");
        match path {
            "$this" => self.fits(self.elements[slice], item),
            path => {
                let rule = self.elements[format!("{slice}.{path}").as_str()];
                !item[path].is_null() && self.fits(rule, &item[path])
            }
        }
    }
}

/// Whether the value contains every part of the pattern.
fn contains(value: &Value, pattern: &Value) -> bool {
    match (value, pattern) {
        (Value::Object(_), Value::Object(members)) => members.iter().all(|(name, part)| contains(&value[name], part)),
        (Value::Array(items), Value::Array(parts)) => {
            parts.iter().all(|part| items.iter().any(|item| contains(item, part)))
        }
        _ => value == pattern,
    }
}
