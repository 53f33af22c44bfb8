//! `ack`.

use super::{damaged, made, out, run};

#[test]
fn its_999_states_which_transaction_set_is_rejected_and_where() {
    let text = made("837p").replacen("*UN*1*", "*QQ*1*", 1);
    let answer = run(&["ack", "--control", "5"], &text);
    assert_eq!(answer.status.code(), Some(1));
    let answer = out(&answer);
    for part in [
        "AK1*HC*1*005010X222A1~",
        "AK2*837*0001*005010X222A1~",
        "*2400*8~IK4*3*355*7~",
        "IK5*R*5~",
        "AK9*R*1*1*0~",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    assert_eq!(
        run(&["validate"], &answer).status.code(),
        Some(0),
        "its own answer is sound"
    );
    let ta1 = out(&run(&["ack", "--ta1"], &text));
    assert!(ta1.contains("~TA1*000000001*240102*0304*A*000~"), "{ta1}");
}

#[test]
fn a_transaction_set_that_the_999_rejects_says_why_it_has_no_277ca() {
    let text = made("837p").replacen("*UN*1*", "*QQ*1*", 1);
    let answer = run(&["ack", "--claims"], &text);
    assert_eq!((answer.status.code(), out(&answer)), (Some(1), String::new()));
    assert_eq!(
        String::from_utf8_lossy(&answer.stderr),
        "medconnect-x12: -: transaction 837 0001 has no 277CA: the 999 rejects it\n"
    );
    let error = run(&["ack", "--claims"], &made("835")).stderr;
    assert_eq!(String::from_utf8_lossy(&error), "");
}

#[test]
fn no_acknowledgement_accepts_what_another_rejects() {
    let text = made("837p");
    for input in [
        text.replace("IEA*1*000000001", "IEA*1*000000002"),
        text[..=text.find("~\nIEA").unwrap()].to_owned(),
    ] {
        assert!(out(&run(&["ack", "--ta1"], &input)).contains("*R*"));
        let functional = out(&run(&["ack"], &input));
        assert!(
            functional.contains("IK5*R*5~") && functional.contains("AK9*R*1*1*0"),
            "{functional}"
        );
        assert_eq!(out(&run(&["ack", "--claims"], &input)), "");
        assert!(out(&run(&["validate"], &input)).contains(": 0 of 1 transaction sets accepted"));
    }
}

#[test]
fn a_277ca_accepts_no_claim_whose_error_is_beyond_the_limit_of_findings() {
    let text = made("837p");
    let claims = text.matches("CLM*").count();
    let wrong: Vec<&str> = text
        .split('~')
        .map(str::trim_start)
        .filter(|line| line.starts_with("CLM*"))
        .collect();
    let mut damaged = text.clone();
    for clm in wrong {
        let elements: Vec<&str> = clm.split('*').collect();
        let charge = [elements[0], elements[1], "1.11"].join("*") + "*" + &elements[3..].join("*");
        damaged = damaged.replacen(clm, &charge, 1);
    }
    assert!(claims > 3);
    for findings in ["0", "2", "1000"] {
        let answer = out(&run(&["ack", "--claims", "--findings", findings], &damaged));
        assert_eq!(
            answer.matches("*A7:").count(),
            claims,
            "--findings {findings}: {answer}"
        );
        assert!(
            !answer.contains("QTY*90*") && !answer.contains("STC*A2"),
            "--findings {findings}"
        );
    }
}

/// Claims whose sender has this id.
fn from_sender(id: &str) -> String {
    let text = made("837p");
    let at = 35;
    format!("{}{id:<15}{}", &text[..at], &text[at + 15..])
}

#[test]
fn a_wrong_id_costs_its_interchange_only() {
    let sound = made("837p").replace("000000001", "000000002");
    for id in ["", "A:B"] {
        let input = format!("{}{sound}", from_sender(id));
        let shown = out(&run(&["validate"], &input));
        assert!(
            shown.contains("error: ISA06 Interchange Sender ID: The value is not an id: "),
            "{shown}"
        );
        assert!(shown.contains("TA105 006]"), "{shown}");
        let ta1 = run(&["ack", "--ta1"], &input);
        assert_eq!(ta1.status.code(), Some(1));
        let ta1 = out(&ta1);
        assert!(ta1.contains("~TA1*000000001*240102*0304*E*006"), "{ta1}");
        assert_eq!(ta1.lines().count(), 2, "{ta1}");
        assert_eq!(&ta1[54..69].trim_end_matches(' '), &id, "it goes back as it came");
    }
    for arguments in [&["ack"][..], &["ack", "--claims"]] {
        let input = format!("{}{sound}", from_sender(""));
        let (code, error) = damaged(arguments, &input);
        assert_eq!(code, Some(1));
        assert!(
            error.contains("-: interchange 000000001: the ") && error.contains("ISA08 is required and empty"),
            "{error}"
        );
        let answered = out(&run(arguments, &input));
        assert_eq!(
            answered.matches("ISA*").count(),
            1,
            "the next one is answered: {answered}"
        );
        let answered = out(&run(arguments, &from_sender("A:B")));
        assert!(answered.contains("A:B            "), "{answered}");
        assert_eq!(run(&["validate"], &answered).status.code(), Some(0), "{answered}");
    }
}

#[test]
fn an_id_with_a_control_character_is_in_no_acknowledgement() {
    for id in ["A\tB", "A\u{1b}B", "A\rB", "A\0B", "A\u{7}B"] {
        for arguments in [&["ack"][..], &["ack", "--ta1"], &["ack", "--claims"]] {
            let result = run(arguments, &from_sender(id));
            assert_eq!(result.status.code(), Some(1), "{arguments:?} {id:?}");
            assert_eq!(out(&result), "", "{arguments:?} {id:?}");
            let error = String::from_utf8(result.stderr).unwrap();
            assert!(error.contains("cannot be written: ISA08 holds a character"), "{error}");
        }
    }
}

#[test]
fn a_qualifier_that_is_none_is_mutually_defined_in_the_answers() {
    let text = made("837p").replacen("*ZZ*", "*QQ*", 1);
    assert!(out(&run(&["validate"], &text)).contains("TA105 005]"));
    for arguments in [&["ack"][..], &["ack", "--ta1"], &["ack", "--claims"]] {
        let answer = out(&run(arguments, &text));
        assert!(answer.contains("*ZZ*SENDER "), "{answer}");
        assert_eq!(run(&["validate"], &answer).status.code(), Some(0), "{answer}");
    }
}

#[test]
fn an_acknowledgement_is_not_acknowledged() {
    let isa = &made("837p")[..106];
    let ta1 = format!("{isa}TA1*000000009*260102*0304*A*000~IEA*0*000000001~");
    let functional = out(&run(&["ack"], &made("837p")));
    for input in [&ta1, &ta1.replace("IEA*0*000000001", "IEA*0*000000002"), &functional] {
        for arguments in [&["ack"][..], &["ack", "--ta1"], &["ack", "--claims"]] {
            assert_eq!(out(&run(arguments, input)), "", "{arguments:?} {input}");
        }
    }
    let beside = ta1.replace(
        "IEA*0",
        &format!("{}IEA*1", &made("837p")[107..].split("IEA*").next().unwrap()),
    );
    assert!(
        out(&run(&["ack", "--ta1"], &beside)).contains("~TA1*000000001*"),
        "{beside}"
    );
}

#[test]
fn an_answer_repeats_a_control_number_that_is_too_short() {
    let text = made("837p")
        .replace("ST*837*0001*", "ST*837*01*")
        .replace("*0001~\nGE", "*01~\nGE");
    let answer = out(&run(&["ack"], &text));
    assert!(answer.contains("~AK2*837*01*005010X222A1~IK5*R*7~"), "{answer}");
    assert_eq!(run(&["validate"], &answer).status.code(), Some(0), "{answer}");
}

#[test]
fn an_input_that_cannot_be_acknowledged_is_named_and_the_next_one_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("1-shifted.x12", &made("837p").replacen("*ZZ*", "*ZZZ*", 1));
    write("2-lower.x12", &made("837p").to_lowercase());
    write("3-empty.x12", "\n\n");
    write("4-sound.x12", &made("837p"));
    for kind in [&["ack"][..], &["ack", "--ta1"], &["ack", "--claims"]] {
        let arguments = [kind, &[folder.path().to_str().unwrap()]].concat();
        let result = run(&arguments, "");
        assert_eq!(result.status.code(), Some(1));
        assert_eq!(out(&result).matches("ISA*").count(), 1);
        let error = String::from_utf8(result.stderr).unwrap();
        for reason in [
            "1-shifted.x12: ISA05 has 3 characters, 2 are required",
            "2-lower.x12: The ISA is written in lower case",
            "3-empty.x12: The input holds no interchange",
            "3-empty.x12: there is no interchange that could be acknowledged",
        ] {
            assert!(error.contains(reason), "{reason}: {error}");
        }
    }
}

#[test]
fn a_group_without_a_transaction_set_is_rejected_by_each_command() {
    let input = format!(
        "{}GS*HC*C1*P1*20240102*0304*8*X*005010X222A1~GE*0*8~IEA*1*000000001~",
        &made("837p")[..106]
    );
    let answer = run(&["ack"], &input);
    assert_eq!(answer.status.code(), Some(1));
    let answer = out(&answer);
    assert!(answer.contains("~AK9*R*0*0*0*5~"), "{answer}");
    assert_eq!(run(&["validate"], &answer).status.code(), Some(0), "{answer}");
    let folder = tempfile::tempdir().unwrap();
    let sets = folder.path().to_str().unwrap();
    for arguments in [
        &["json"][..],
        &["json", "--typed"],
        &["stats"],
        &["split", "--out", sets],
        &["ack", "--ta1"],
        &["ack", "--claims"],
    ] {
        let (code, error) = damaged(arguments, &input);
        assert!(
            code == Some(1) && error.contains("The group has no transaction set"),
            "{arguments:?} {error}"
        );
    }
    assert_eq!(run(&["validate"], &input).status.code(), Some(1));
}

/// Groups, each with an empty transaction set or none.
fn groups(count: usize) -> String {
    let isa = &made("837p")[..106];
    let one = |n: usize| format!("GS*HC*C1*P1*20240102*0304*{n}*X*005010X222A1~ST*837*0001~SE*2*0001~GE*1*{n}~");
    format!(
        "{isa}{}IEA*{count}*000000001~",
        (1..=count).map(one).collect::<String>()
    )
}

#[test]
fn more_groups_than_can_be_counted_are_rejected_by_each_acknowledgement() {
    let input = groups(100_000);
    for arguments in [&["ack"][..], &["ack", "--ta1"], &["ack", "--claims"]] {
        let (code, error) = damaged(arguments, &input);
        assert_eq!(code, Some(1));
        assert!(
            error.contains("more than 99999 groups, the most that IEA01 can count"),
            "{error}"
        );
    }
    assert!(out(&run(&["ack", "--ta1"], &input)).contains("*R*021~"));
}

#[test]
fn an_amount_that_is_too_long_for_a_277ca_is_named_and_left_out() {
    let text = made("837p");
    let most = "9".repeat(18);
    let lines: Vec<String> = text
        .split('~')
        .map(|line| {
            let mut elements: Vec<&str> = line.split('*').collect();
            if let "CLM" = elements[0].trim() {
                elements[2] = &most;
            }
            elements.join("*")
        })
        .collect();
    let input = lines.join("~");
    let result = run(&["ack", "--claims", "--level", "2"], &input);
    assert_eq!(result.status.code(), Some(1));
    let answer = out(&result);
    assert!(answer.contains(&format!("*WQ*{most}~")), "{answer}");
    let error = String::from_utf8(result.stderr).unwrap();
    assert!(error.contains("leaves out") && error.contains("STC04"), "{error}");
}

#[test]
fn a_file_that_is_cut_inside_iea_is_cut() {
    let text = made("837p");
    let cut = &text[..text.find("IEA*").unwrap() + 10];
    let shown = out(&run(&["validate"], cut));
    assert!(
        shown.contains("The interchange has no IEA: it is truncated.") && !shown.contains("differ"),
        "{shown}"
    );
    for arguments in [&["ack"][..], &["json"], &["json", "--typed"], &["stats"]] {
        let (code, error) = damaged(arguments, cut);
        assert!(code == Some(1) && error.contains("truncated"), "{arguments:?} {error}");
    }
}
