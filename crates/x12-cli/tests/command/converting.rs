//! `json` and `stats`.

use super::{damaged, made, out, run};
use serde_json::Value;

/// Number of segments in a loop and its inner loops.
fn segments(part: &Value) -> usize {
    match part["content"].as_array() {
        Some(parts) => parts.iter().map(segments).sum(),
        None => 1,
    }
}

#[test]
fn json_nests_loops_and_keeps_every_element() {
    let text = made("835");
    let json: Value = serde_json::from_str(&out(&run(&["json"], &text))).unwrap();
    let transaction = &json["groups"][0]["transactions"][0];
    assert_eq!(
        (transaction["transaction"].as_str(), transaction["control"].as_str()),
        (Some("835"), Some("0001"))
    );
    let content = transaction["content"].as_array().unwrap();
    assert_eq!(content[0]["segment"], "ST");
    let payer = content.iter().find(|part| part["loop"] == "1000A").unwrap();
    assert_eq!(payer["content"][0]["elements"][1], "NO PAYER");
    // ISA, GS, GE and IEA are outside transaction sets.
    let all = &json["groups"][0]["transactions"];
    let nested: usize = all.as_array().unwrap().iter().map(segments).sum();
    assert_eq!(nested + 4, text.matches('~').count());
}

#[test]
fn stats_count_what_is_there() {
    let text = made("271");
    let stats: Value = serde_json::from_str(&out(&run(&["stats", "--format", "json"], &text))).unwrap();
    assert_eq!(stats["segments"]["EB"], text.matches("\nEB*").count());
    assert_eq!(stats["loops"]["2100C"], text.matches("\nNM1*IL*").count());
}

#[test]
fn a_cut_or_contradicting_file_is_reported_by_each_converting_command() {
    let text = made("837p");
    let folder = std::env::temp_dir().join(format!("mc-x12-damage-{}", std::process::id()));
    let cases = [
        (text[..text.find("~\nCLM").unwrap() + 8].to_owned(), "truncated"),
        (text[..=text.find("~\nIEA").unwrap()].to_owned(), "no IEA"),
        (text.replace("IEA*1*000000001", "IEA*1*000000002"), "ISA and IEA differ"),
        (text.replace("\nGE*1*", "\nGE*7*"), "GE01 states 7"),
        (text.replace("\nGS*HC*", "\nGS*HB*"), "not that of the guide in GS08"),
        (
            text.replacen("*0001*005010X222A1~", "*0001*005010X223A2~", 1),
            "ST03 names another guide",
        ),
        (
            text.replacen("ST*837*0001*", "ST*837*01*", 1)
                .replacen("*0001~\nGE", "*01~\nGE", 1),
            "ST02 does not have 4 to 9",
        ),
        (
            text.replacen("~\nSE*", "~\nBIN*99999*X~\nSE*", 1),
            "not as long as this length states",
        ),
    ];
    for (input, word) in &cases {
        let _ = std::fs::remove_dir_all(&folder);
        let out = folder.to_str().unwrap().to_owned();
        for arguments in [
            &["json"][..],
            &["json", "--typed"],
            &["stats"],
            &["split", "--out", &out],
        ] {
            let (code, error) = damaged(arguments, input);
            assert_eq!(code, Some(1), "{arguments:?} {word}: {error}");
            assert!(error.contains(word), "{arguments:?} {word}: {error}");
        }
        for file in std::fs::read_dir(&folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(name.ends_with(".x12.partial"), "{word}: {name} is not healed");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn typed_json_has_the_value_of_each_transaction_set_and_what_could_not_be_read() {
    let text = made("835");
    let result = run(&["json", "--typed"], &text);
    assert_eq!(result.status.code(), Some(0));
    let first: Value = serde_json::from_str(out(&result).lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["transaction"], &first["kind"]),
        (&"835".into(), &"remittance".into())
    );
    assert_eq!(first["unread"], serde_json::json!([]));
    let clp = text
        .split('~')
        .map(str::trim_start)
        .find(|segment| segment.starts_with("CLP*"))
        .unwrap();
    let stated: Vec<&str> = clp.split('*').collect();
    let claim = &first["value"]["groups"][0]["claims"][0];
    assert_eq!(claim["control_number"], stated[1]);
    assert_eq!(
        claim["charge"],
        stated[3].trim_end_matches('0').trim_end_matches('.'),
        "amounts are exact, as text"
    );

    let damaged = text.replacen(clp, &clp.replacen(stated[3], "1O0", 1), 1);
    let result = run(&["json", "--typed"], &damaged);
    let first: Value = serde_json::from_str(out(&result).lines().next().unwrap()).unwrap();
    assert_eq!(first["value"]["groups"][0]["claims"][0]["charge"], Value::Null);
    assert_eq!(first["unread"][0]["at"]["element"], 3);
    assert!(!first["unread"].to_string().contains("1O0"));
}

#[test]
fn a_transaction_set_of_too_many_loops_is_left_out_of_typed_json() {
    let made = made("837p");
    let (head, rest) = made.split_once("\nCLM*").unwrap();
    let (_, trailers) = rest.split_once("\nSE*").unwrap();
    let input = format!("{head}{}SE*{trailers}", "CLM~".repeat(50_001));
    let result = run(&["json", "--typed"], &input);
    assert_eq!(result.status.code(), Some(1));
    assert!(result.stdout.is_empty());
    let reported = String::from_utf8(result.stderr).unwrap();
    assert!(
        reported.contains("837 0001: a transaction set of more than") && reported.contains("mc_hipaa::stream"),
        "{reported}"
    );
}

#[test]
fn typed_json_names_what_has_no_typed_value_and_ends_with_one() {
    let acknowledged = out(&run(&["ack"], &made("837p")));
    let result = run(&["json", "--typed"], &acknowledged);
    assert_eq!((result.status.code(), out(&result).as_str()), (Some(1), ""));
    let reported = String::from_utf8(result.stderr).unwrap();
    assert!(
        reported.contains("999") && reported.contains("no typed value"),
        "{reported}"
    );
}

#[test]
fn one_damaged_transaction_set_hides_no_other_in_typed_json() {
    let text = made("271");
    let second = text.rfind("~\nSE*").unwrap() + 5;
    let end = second + text[second..].find('*').unwrap();
    let input = format!("{}9999{}", &text[..second], &text[end..]);
    let sets = text.matches("~\nST*").count();
    let result = run(&["json", "--typed"], &input);
    assert_eq!((result.status.code(), out(&result).lines().count()), (Some(1), sets));
}

#[test]
fn an_amount_with_a_control_character_is_listed_as_unread_and_stats_show_no_text() {
    let text = made("835");
    let clp = text
        .split('~')
        .map(str::trim_start)
        .find(|line| line.starts_with("CLP*"))
        .unwrap();
    let charge = clp.split('*').nth(3).unwrap();
    let input = text.replacen(clp, &clp.replacen(charge, &format!("{charge}\u{7f}"), 1), 1);
    let result = run(&["json", "--typed"], &input);
    let first: Value = serde_json::from_str(out(&result).lines().next().unwrap()).unwrap();
    assert_eq!(first["value"]["groups"][0]["claims"][0]["charge"], Value::Null);
    assert_eq!(first["unread"][0]["at"]["element"], 3);

    let input = text.replacen(clp, &format!("JANE DOE 123-45-6789*X~{clp}"), 1);
    let counted = run(&["stats"], &input);
    assert!(!out(&counted).contains("DOE"), "{}", out(&counted));
}
