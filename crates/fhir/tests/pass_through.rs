//! Members that are not changed keep their exact text, and no input causes a panic.

use mc_fhir::{Bundle, Documentation, Resource, apply_documentation, project, read_outcome};
use proptest::prelude::*;

/// JSON texts as odd as the standard allows.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1.50E+2".to_owned()),
        Just("-0.0".to_owned()),
        Just("123456789012345678901234567890.10".to_owned()),
        Just("\"\\u00e9\\/\"".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        "[ a-zé]{0,8}".prop_map(|s| format!("\"{s}\"")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[ {} ]", v.join(" ,\n"))),
            prop::collection::vec(inner, 0..4).prop_map(|v| {
                let members: Vec<_> = v.iter().enumerate().map(|(i, t)| format!("\"k{i}\" : {t}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn untouched_members_are_equal_to_the_byte(values in prop::collection::vec(json(), 0..6), at in 0usize..6) {
        let members: String = values.iter().enumerate().map(|(i, value)| [",\"m", &i.to_string(), "\":", value].concat()).collect();
        let text = format!("{{\"resourceType\":\"Encounter\"{members}}}");
        let mut resource = Resource::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(resource.to_json(), text);
        resource.set(&format!("m{at}"), &"new").unwrap();
        let documentation = Documentation { diagnosis: Some("d".to_owned()), ..Documentation::default() };
        apply_documentation(&mut resource, &documentation).unwrap();
        let again = Resource::parse(resource.to_json().as_bytes()).unwrap();
        let kept = project(&again, &["m0", "m1", "m2", "m3", "m4", "m5"]).unwrap();
        for (i, value) in values.iter().enumerate().filter(|(i, _)| *i != at) {
            let member = format!("m{i}");
            prop_assert_eq!(again.raw(&member), Some(value.as_str()));
            prop_assert_eq!(kept.raw(&member), Some(value.as_str()));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (Resource::parse(&bytes), Bundle::parse(&bytes), read_outcome(&bytes));
    }

    #[test]
    fn any_shape_is_read_or_refused(value in json(), other in json()) {
        let text = format!("{{\"resourceType\":\"Encounter\",\"id\":{value},\"meta\":{other},\"subject\":{value},\"extension\":{other},\"reasonCode\":{value}}}");
        let mut resource = Resource::parse(text.as_bytes()).unwrap();
        let _ = (resource.id(), resource.version_id(), mc_fhir::subject_patient_id(&resource), project(&resource, &[]));
        let _ = apply_documentation(&mut resource, &Documentation { follow_up: Some("x".to_owned()), ..Documentation::default() });
        let bundle = format!("{{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":{value},\"link\":{other}}}");
        let _ = Bundle::parse(bundle.as_bytes());
        let _ = read_outcome(format!("{{\"resourceType\":\"OperationOutcome\",\"issue\":[{value},{{\"details\":{other}}}]}}").as_bytes());
    }
}
