//! SMART system scopes, such as `system/Patient.rs`.

use std::fmt;

/// The interactions in the order in which they are written.
const LETTERS: &str = "cruds";

/// One scope: a resource type, or `*`, and interactions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Scope {
    resource_type: String,
    letters: String,
}

/// A set of scopes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads the `system/` scopes of a text, version 1 (`.read`, `.write`) and version 2 (`.rs`);
    /// others are ignored.
    pub fn parse(text: &str) -> Self {
        Self(text.split_ascii_whitespace().filter_map(Scope::parse).collect())
    }

    /// The part of `wanted` that this set allows.
    pub fn grant(&self, wanted: &Self) -> Self {
        let mut granted: Vec<Scope> = Vec::new();
        for (wanted, own) in wanted
            .0
            .iter()
            .flat_map(|wanted| self.0.iter().map(move |own| (wanted, own)))
        {
            let resource_type = match (wanted.resource_type.as_str(), own.resource_type.as_str()) {
                ("*", named) | (named, "*") => named,
                (a, b) if a == b => a,
                _ => continue,
            };
            let both = |letter: &char| wanted.letters.contains(*letter) && own.letters.contains(*letter);
            let letters: String = LETTERS.chars().filter(both).collect();
            let scope = Scope {
                resource_type: resource_type.to_owned(),
                letters,
            };
            if !scope.letters.is_empty() && !granted.contains(&scope) {
                granted.push(scope);
            }
        }
        Self(granted)
    }

    /// Whether it allows one interaction (`r` read, `s` search, `u` update, ...) with a type.
    pub fn allow(&self, resource_type: &str, letter: char) -> bool {
        self.0
            .iter()
            .any(|s| (s.resource_type == "*" || s.resource_type == resource_type) && s.letters.contains(letter))
    }

    /// Whether it allows nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Scope {
    fn parse(text: &str) -> Option<Self> {
        let (resource_type, rest) = text.strip_prefix("system/")?.split_once('.')?;
        // A scope narrowed by `?category=…` is not supported: ignoring it grants less, never more.
        let letters = match rest {
            "read" => "rs",
            "write" => "cud",
            "*" => LETTERS,
            letters if is_ordered(letters) => letters,
            _ => return None,
        };
        let named = resource_type == "*" || resource_type.bytes().all(|b| b.is_ascii_alphabetic());
        (named && !resource_type.is_empty()).then(|| Self {
            resource_type: resource_type.to_owned(),
            letters: letters.to_owned(),
        })
    }
}

/// The letters of `cruds`, each at most once, in that order.
fn is_ordered(letters: &str) -> bool {
    let mut rest = LETTERS;
    !letters.is_empty()
        && letters.chars().all(|letter| match rest.split_once(letter) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}system/{}.{}", scope.resource_type, scope.letters)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(registered: &str, wanted: &str) -> String {
        Scopes::parse(registered).grant(&Scopes::parse(wanted)).to_string()
    }

    #[test]
    fn nobody_is_given_more_than_is_registered() {
        let registered = "system/Patient.rs system/Encounter.rus";
        assert_eq!(granted(registered, "system/Patient.rs"), "system/Patient.rs");
        assert_eq!(
            granted(registered, "system/Encounter.cruds system/Observation.rs"),
            "system/Encounter.rus"
        );
        assert_eq!(
            granted(registered, "system/*.read"),
            "system/Patient.rs system/Encounter.rs"
        );
        assert_eq!(
            granted(
                registered,
                "patient/Patient.rs system/Patient.sr system/Patient.rs?x=y launch"
            ),
            ""
        );
    }

    #[test]
    fn an_interaction_needs_its_own_letter() {
        let scopes = Scopes::parse("system/Patient.r");
        assert!(scopes.allow("Patient", 'r') && !scopes.allow("Patient", 's') && !scopes.allow("Encounter", 'r'));
    }
}
