//! Search: parameters, the grammar of their values, and the parameters of every search (R4
//! search.html).

mod date;

pub use date::DateRange;

use url::form_urlencoded;

/// The type of a search parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A point in time or a period, with a prefix that compares.
    Date,
    /// Another resource.
    Reference,
    /// Text.
    String,
    /// A code or identifier, with or without its system.
    Token,
    /// A URI.
    Uri,
}

/// A search parameter of a resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchParameter {
    /// Its name, as it is written in the query.
    pub name: &'static str,
    /// Its type.
    pub kind: ParameterKind,
}

/// What a search of one resource type accepts.
#[derive(Debug, Clone, Copy)]
pub struct SearchGrammar {
    /// The parameters of the resource type.
    pub parameters: &'static [SearchParameter],
    /// Resources on one page where `_count` is absent.
    pub default_count: i64,
    /// Most resources on one page; a larger `_count` is reduced to it.
    pub max_count: i64,
}

/// How the answer is sorted and paged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultControl {
    /// Resources on one page.
    pub count: i64,
    /// The parameter to sort by, and whether descending.
    pub sort: Option<(String, bool)>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
}

/// A parameter that is unknown or has an unreadable value. The search is refused: a result for a
/// part of the query would be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {reason}")]
pub struct InvalidParameter {
    /// Its name; `parameter` where the name is not known, because a client may write anything
    /// there.
    pub parameter: String,
    /// What was expected.
    pub reason: &'static str,
}

const CONTROL: [&str; 5] = ["_count", "_sort", "_cursor", "_format", "_total"];

impl ParameterKind {
    /// The code of `SearchParameter.type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Reference => "reference",
            Self::String => "string",
            Self::Token => "token",
            Self::Uri => "uri",
        }
    }
}

impl InvalidParameter {
    /// For a parameter whose name is known.
    pub fn new(parameter: &str, reason: &'static str) -> Self {
        Self {
            parameter: parameter.to_owned(),
            reason,
        }
    }
}

impl SearchGrammar {
    /// Reads the parameters in their order. `apply` gets name and value of each parameter of the
    /// resource type.
    ///
    /// # Errors
    /// [`InvalidParameter`] for the first parameter that is unknown, or that `apply` or the grammar
    /// cannot read.
    pub fn read(
        &self,
        pairs: &[(String, String)],
        mut apply: impl FnMut(&str, &str) -> Result<(), &'static str>,
    ) -> Result<ResultControl, InvalidParameter> {
        let mut control = ResultControl {
            count: self.default_count,
            sort: None,
            cursor: None,
        };
        for (name, value) in pairs {
            let known = self.parameters.iter().any(|parameter| parameter.name == name);
            let read = if known {
                apply(name, value)
            } else {
                self.control(&mut control, name, value)
            };
            let shown = known || CONTROL.contains(&name.as_str());
            read.map_err(|reason| InvalidParameter::new(if shown { name } else { "parameter" }, reason))?;
        }
        Ok(control)
    }

    fn control(&self, control: &mut ResultControl, name: &str, value: &str) -> Result<(), &'static str> {
        match name {
            "_count" => {
                let count = value.parse().ok().filter(|count: &i64| *count > 0);
                control.count = count.ok_or("expected a whole number from 1 on")?.min(self.max_count);
            }
            "_sort" => {
                let (name, descending) = value.strip_prefix('-').map_or((value, false), |name| (name, true));
                control.sort = Some((name.to_owned(), descending));
            }
            "_cursor" => control.cursor = Some(value.to_owned()),
            "_format" if value.contains("json") => {}
            "_format" => return Err("expected json"),
            "_total" if value == "none" => {}
            "_total" => return Err("expected none"),
            _ => return Err("is not a search parameter; the CapabilityStatement lists them"),
        }
        Ok(())
    }
}

/// A value of a token parameter: `code`, `system|code` or `|code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The system; None: any.
    pub system: Option<&'a str>,
    /// The code or identifier.
    pub code: &'a str,
}

impl Token<'_> {
    /// Whether the token may be of that system.
    pub fn may_be_of(self, system: &str) -> bool {
        self.system.is_none_or(|own| own == system)
    }
}

/// The alternatives of a token parameter, separated by commas.
pub fn tokens(value: &str) -> impl Iterator<Item = Token<'_>> {
    value.split(',').map(|token| match token.split_once('|') {
        Some((system, code)) => Token {
            system: Some(system),
            code,
        },
        None => Token {
            system: None,
            code: token,
        },
    })
}

/// The id of a reference: `Type/id` or the id alone.
pub fn reference_id(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// Narrows a filter of alternatives (empty: no filter) to those that are also among `values`.
/// Returns false where nothing can match.
pub fn narrow(filter: &mut Vec<String>, values: Vec<String>) -> bool {
    if filter.is_empty() {
        *filter = values;
    } else {
        filter.retain(|value| values.contains(value));
    }
    !filter.is_empty()
}

/// Parameters as a query string.
pub fn query_string(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMMAR: SearchGrammar = SearchGrammar {
        parameters: &[SearchParameter {
            name: "code",
            kind: ParameterKind::Token,
        }],
        default_count: 50,
        max_count: 500,
    };

    fn read(query: &[(&str, &str)]) -> Result<(ResultControl, Vec<String>), InvalidParameter> {
        let pairs: Vec<_> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let mut values = Vec::new();
        let control = GRAMMAR.read(&pairs, |name, value| {
            if value.is_empty() {
                return Err("expected a code");
            }
            values.push(format!("{name}={value}"));
            Ok(())
        })?;
        Ok((control, values))
    }

    #[test]
    fn parameters_of_the_type_are_applied_and_those_of_every_search_are_read() {
        let query = [
            ("code", "a"),
            ("_count", "9999"),
            ("_sort", "-date"),
            ("code", "b"),
            ("_cursor", "c"),
        ];
        let (control, values) = read(&query).unwrap();
        assert_eq!(values, ["code=a", "code=b"]);
        assert_eq!((control.count, control.cursor.as_deref()), (500, Some("c")));
        assert_eq!(control.sort, Some(("date".to_owned(), true)));
        assert_eq!(
            read(&[("_format", "application/fhir+json"), ("_total", "none")])
                .unwrap()
                .0
                .count,
            50
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_an_unknown_name_is_not_repeated() {
        let parameter = |query: &[(&str, &str)]| read(query).unwrap_err().parameter;
        assert_eq!(parameter(&[("code", "a"), ("Maria Lopez", "1984-03-17")]), "parameter");
        for (name, value) in [
            ("_count", "0"),
            ("_count", "x"),
            ("_format", "xml"),
            ("_total", "accurate"),
            ("code", ""),
        ] {
            assert_eq!(parameter(&[(name, value)]), name);
        }
    }

    #[test]
    fn tokens_have_a_system_or_any() {
        let all: Vec<_> = tokens("a,s|b,|c").map(|token| (token.system, token.code)).collect();
        assert_eq!(all, [(None, "a"), (Some("s"), "b"), (Some(""), "c")]);
        assert_eq!((reference_id("Patient/p-1"), reference_id("p-1")), ("p-1", "p-1"));
    }

    #[test]
    fn conditions_on_one_filter_must_all_hold() {
        let text = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut filter = Vec::new();
        assert!(narrow(&mut filter, text(&["a", "b"])) && narrow(&mut filter, text(&["b", "c"])));
        assert_eq!(filter, ["b"]);
        assert!(!narrow(&mut filter, text(&["a"])));
    }
}
