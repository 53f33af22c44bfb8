//! Faults in the tables stop the build with file, line and correction.

#[path = "../build"]
mod build {
    pub mod compile;
}

use build::compile::{Source, compile};

const ELEMENTS: &str = "98 ID 2 3\n128 ID 2 3\n127 AN 1 50\n352 AN 1 80\n143 ID 3 3\n";
const SEGMENTS: &str = "C040 128 127\nST 143\nREF 128 127 352 C040 : R0203\nNM1 98*2 127\n";

fn source(file: &str, text: &str) -> Source {
    Source {
        file: format!("guides/{file}"),
        text: text.to_owned(),
    }
}

/// Compiles these lines after a head and `ST` (so they begin at line 3).
fn compiled(lines: &str) -> Result<String, String> {
    let head = "guide 999 005010X999 ZZ \"test\"\nST R 1 \"header\" | R 999\n";
    let sources = [
        source("elements.table", ELEMENTS),
        source("segments.table", SEGMENTS),
        source("test.guide", &format!("{head}{lines}\n")),
    ];
    compile(&sources).map_err(|fault| fault.to_string())
}

/// The fault in these lines; empty where they compile.
fn refused(lines: &str) -> String {
    compiled(lines).err().unwrap_or_default()
}

#[test]
fn sound_lines_compile() {
    let text = compiled(
        "loop A R * \"one\"\n  NM1 R 1 \"name\" | R! 1P 2B\n  REF S 2 \"id\" | R 9F | R{2,9}\n    | - | S ( R G1 | S )\n\
         loop B S 5 \"two\"\n  NM1 R 1 \"name\" | R!*2 3C\n  same A S 1\n",
    );
    let text = text.unwrap();
    assert!(text.contains("min: 2, max: 9"), "lengths are narrowed");
    assert!(
        text.contains("usage: Usage::Required, max: u32::MAX"),
        "loop A has no limit"
    );
    assert_eq!(
        text.matches("Key {").count(),
        2,
        "a loop that is defined once is stored once: {text}"
    );
}

#[test]
fn equal_tables_give_equal_programs() {
    let lines = "REF S 2 \"id\" | R 9F | R";
    assert_eq!(compiled(lines), compiled(lines));
}

#[test]
fn a_mistake_names_file_and_line() {
    for (lines, findings) in [
        (
            "REF S 2 \"id\" | R 9F\nXXX S 1 \"x\" | R",
            "guides/test.guide:4: segment XXX is not known",
        ),
        (
            "REF S 2 \"id\" | R 9F | R | - | - | R",
            "guides/test.guide:3: 5 elements; the segment has 4",
        ),
        (
            "REF S 2 \"id\" | R @nothing",
            "guides/test.guide:3: list @nothing is not known",
        ),
        (
            "REF S 2 \"id\" | R $nothing",
            "guides/test.guide:3: set $nothing is not known",
        ),
        (
            "REF S 2 \"id\" | R! | R",
            "guides/test.guide:3: element 1 is a key without codes",
        ),
        ("REF S 2 \"id\" | R! 9F | R! A", "guides/test.guide:3: two keys"),
        (
            "REF S 2 \"id\" | R 9F | Q",
            "guides/test.guide:3: element 2: `Q`; a cell begins with R or S",
        ),
        (
            "REF S 2 \"id\" | R 9FFF",
            "guides/test.guide:3: element 1: code 9FFF does not fit element 128",
        ),
        (
            "REF S 2 \"id\" | R 9F 9F",
            "guides/test.guide:3: element 1: code 9F is defined twice",
        ),
        (
            "REF S 2 \"id\" | R{1,9}",
            "guides/test.guide:3: element 1: lengths beyond those of element 128",
        ),
        (
            "REF S 2 \"id\" | R*2",
            "guides/test.guide:3: element 1 repeats up to 1 times",
        ),
        (
            "REF S 2 \"id\" | R ( R )",
            "guides/test.guide:3: element 1 is not composite",
        ),
        (
            "REF S 2 \"id\" | R | R | - | S",
            "guides/test.guide:3: element 4 is composite C040",
        ),
        (
            "REF S 2 \"id\" | R | R | - | S ( R | R | R )",
            "guides/test.guide:3: element 4: 3 components; C040 has 2",
        ),
        ("REF Q 2 \"id\" | R", "guides/test.guide:3: REF: usage `Q`"),
        ("REF S 0 \"id\" | R", "guides/test.guide:3: REF: `0` times"),
        ("REF S \"id\" | R", "guides/test.guide:3: a line is"),
        ("REF S 2 \"id | R", "guides/test.guide:3: a quote is open"),
        (" REF S 2 \"id\" | R", "guides/test.guide:3: indented by 1 spaces"),
        ("    REF S 2 \"id\" | R", "guides/test.guide:3: indented deeper"),
        (
            "loop A R 1 \"one\"\nREF S 1 \"id\" | R",
            "guides/test.guide:3: a loop without parts",
        ),
        (
            "loop A R 1 \"one\"\n  loop B R 1 \"two\"\n    REF S 1 \"id\" | R",
            "guides/test.guide:4: the first part of a loop",
        ),
        ("same A R 1", "guides/test.guide:3: loop A is not defined above"),
        (
            "loop A R 1 \"one\"\n  REF R 1 \"id\" | R\nloop A R 1 \"one\"\n  REF R 1 \"id\" | R",
            "guides/test.guide:5: loop A is defined twice",
        ),
    ] {
        let fault = refused(lines);
        assert!(
            fault.starts_with(findings),
            "{lines}\n  found {fault}\n  not  {findings}"
        );
    }
}

#[test]
fn neighbours_of_one_id_must_be_distinguishable() {
    let keyless = "REF S 1 \"one\" | R 9F\nREF S 1 \"two\" | R G1";
    assert!(refused(keyless).starts_with("guides/test.guide:4: a second REF without a key"));
    let same_code = "REF S 1 \"one\" | R! 9F G1\nREF S 1 \"two\" | R! G1";
    assert!(refused(same_code).starts_with("guides/test.guide:4: code G1 is a key of a neighbouring REF"));
    let elsewhere = "REF S 1 \"one\" | R! 9F\nREF S 1 \"two\" | R | R! A";
    assert!(refused(elsewhere).starts_with("guides/test.guide:4: the key of this REF is another element"));
    let one_open = "REF S 1 \"one\" | R! 9F\nREF S 1 \"two\" | R\nNM1 S 1 \"name\" | R\nREF S 1 \"later\" | R";
    assert!(
        compiled(one_open).is_ok(),
        "one neighbour may go without, and later positions are their own"
    );
}

#[test]
fn mistakes_in_the_base_tables_are_reported_too() {
    let fault = |file: &str, text: &str| {
        let sources = [source("elements.table", ELEMENTS), source(file, text)];
        compile(&sources).expect_err(text).to_string()
    };
    for (file, text, findings) in [
        (
            "more/elements.table",
            "98 ID 2 3",
            "guides/more/elements.table:1: element 98 is defined twice",
        ),
        (
            "more/elements.table",
            "# none\n99 XX 2 3",
            "guides/more/elements.table:2: type XX",
        ),
        (
            "more/elements.table",
            "99 ID 3 2",
            "guides/more/elements.table:1: lengths 3 to 2",
        ),
        (
            "segments.table",
            "REF 128 999",
            "guides/segments.table:1: 999 is not known",
        ),
        (
            "segments.table",
            "REF 128 127 : Q0102",
            "guides/segments.table:1: rule `Q0102`",
        ),
        (
            "segments.table",
            "REF 128 127 : P0103",
            "guides/segments.table:1: rule `P0103`",
        ),
        (
            "lists/nothing.list",
            "A B",
            "guides/lists/nothing.list:1: no list is called nothing",
        ),
        (
            "lists/pos.list",
            "11 12\n11",
            "guides/lists/pos.list:2: 11 is defined twice",
        ),
        ("empty.guide", "", "guides/empty.guide:1: begin with `guide"),
    ] {
        let found = fault(file, text);
        assert!(
            found.starts_with(findings),
            "{text}\n  found {found}\n  not  {findings}"
        );
    }
}

#[test]
fn a_version_is_near_to_one_guide_only() {
    let guide =
        |version: &str| format!("guide 999 {version} ZZ \"test\"\nnear 005010X998\nST R 1 \"header\" | R 999\n");
    let sources = [
        source("elements.table", ELEMENTS),
        source("segments.table", SEGMENTS),
        source("a.guide", &guide("005010X999")),
        source("b.guide", &guide("005010X997")),
    ];
    let fault = compile(&sources).unwrap_err().to_string();
    assert!(
        fault.starts_with("guides/a.guide:1: version 005010X998 is near to guides/b.guide"),
        "{fault}"
    );
}
