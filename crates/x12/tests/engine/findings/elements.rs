//! Findings of elements: presence, format, codes, conditions of the base standard.

use super::Case;
use crate::sample::{ISA, answer, changed, claim, edited, inquiry, payment};

pub fn cases() -> Vec<Case> {
    [presence(), forms(), codes(), conditions(), binary()]
        .into_iter()
        .flatten()
        .collect()
}

fn case(from: &str, to: &str, findings: &'static [&'static str]) -> Case {
    Case::new(edited(&claim(), from, to), findings)
}

/// Binary data whose length is wrong: read up to the next terminator.
fn binary() -> Vec<Case> {
    let text = "GS*PI*CLINIC*PAYER*20240102*0304*8*X*005010X210~ST*275*0009*005010X210~BGN*02*1*20240102~\
        NM1*PR*2*PAYER*****PI*12345~NM1*41*2*CLINIC*****46*CLINIC~NM1*1P*2*CLINIC*****XX*1234567893~\
        NM1*QC*1*DOE*JO****MI*M1~REF*EJ*P1~LX*1~TRN*1*A1~DTP*368*D8*20240102~CAT*AE*TX~EFI*05~BIN*9*data~\
        SE*14*0009~GE*1*8~IEA*1*000000007~";
    let found = &[
        "BinaryLength; 1 error IK403 7; segment 15 (BIN in 2110B) element 1; 13, 784, None; The data are not \
        as long as this length states.",
    ];
    vec![Case::new(format!("{ISA}{text}"), found)]
}

fn presence() -> Vec<Case> {
    let services = ["30"; 101].join("^");
    vec![
        case(
            "CLM*A1*150*",
            "CLM**150*",
            &[
                "MissingElement; 2 error IK403 1; segment 20 (CLM in 2300) element 1; 18, 1028, None; A required \
                 value is missing.",
            ],
        ),
        case(
            "***11:B:1*",
            "***11::1*",
            &[
                "MissingElement; 2 error IK403 1; segment 20 (CLM in 2300) element 5, component 2; 18, 1332, None; A \
                 required value is missing.",
            ],
        ),
        case(
            "N3*1 STREET~",
            "N3*1 STREET*~",
            &[
                "TrailingSeparator; 1 warning IK403 6; segment 10 (N3 in 2010AA) element 2; 8, 166, None; The segment \
                 ends with an empty element.",
            ],
        ),
        case(
            "N3*1 STREET~",
            "N3*1 STREET*A*B~",
            &[
                "TooManyElements; 2 error IK403 3; segment 10 (N3 in 2010AA) element 3; 8, 0, Some(\"B\"); The guide \
                 has no element at this position; it must be empty.",
            ],
        ),
        case(
            "***11:B:1*",
            "***11:B:1:9*",
            &[
                "TooManyComponents { max: 3 }; 2 error IK403 13; segment 20 (CLM in 2300) element 5, component 4; 18, \
                 0, Some(\"9\"); The value has more than 3 components.",
            ],
        ),
        Case::new(
            edited(&answer(), "*30^98*", &format!("*{services}*")),
            &[
                "TooManyRepetitions { max: 99 }; 2 error IK403 12; segment 13 (EB in 2110C) element 3, repetition \
                 100; 11, 1365, Some(\"30\"); The value is repeated more than 99 times.",
            ],
        ),
        case(
            "NM1*40*2*PAYER**",
            "NM1*40*2*PAYER*X*",
            &[
                "NotUsedElement; 2 error IK403 I10; segment 7 (NM1 in 1000B) element 4; 5, 1036, Some(\"X\"); The \
                 guide does not use this element; it must be empty.",
            ],
        ),
        case(
            "*HC:99213*100*",
            "*HC:99213::::::X:Y*100*",
            &[
                "NotUsedElement; 2 error IK403 I10; segment 29 (SV1 in 2400) element 1, component 8; 27, 234, \
                 Some(\"X\"); The guide does not use this element; it must be empty.",
                "TooManyComponents { max: 8 }; 2 error IK403 13; segment 29 (SV1 in 2400) element 1, component 9; 27, \
                 0, Some(\"Y\"); The value has more than 8 components.",
            ],
        ),
    ]
}

fn forms() -> Vec<Case> {
    vec![
        case(
            "N4*TOWN*NY*100010000~REF",
            "N4*T*NY*100010000~REF",
            &[
                "TooShort { min: 2 }; 1 error IK403 4; segment 11 (N4 in 2010AA) element 1; 9, 19, Some(\"T\"); The \
                 value is too short: the minimum is 2 characters.",
            ],
        ),
        case(
            "CLM*A1*",
            "CLM*123456789012345678901234567890123456789*",
            &[
                "TooLong { max: 38 }; 1 error IK403 5; segment 20 (CLM in 2300) element 1; 18, 1028, \
                 Some(\"123456789012345678901234567890123456789\"); The value is too long: the maximum is 38 \
                 characters.",
            ],
        ),
        case(
            "BIRCH*ADA****MI*M1",
            "B\u{7}*ADA****MI*M1",
            &[
                "ControlCharacter; 1 error IK403 6; segment 15 (NM1 in 2010BA) element 3; 13, 1035, \
                 Some(\"B\\u{7}\"); The value holds a control character.",
            ],
        ),
        Case::new(
            claim().replace("BIRCH*ADA", "MUÑOZ*JOSÉ"),
            &[
                "NationalCharacter; 1 warning IK403 6; segment 15 (NM1 in 2010BA) element 3; 13, 1035, \
                 Some(\"MUÑOZ\"); The value holds accented letters: sender and receiver must have agreed on them. \
                 Further ones are not listed.",
            ],
        ),
        case(
            "BIRCH*ADA****MI*M1",
            "BIRCH – X*ADA****MI*M1",
            &[
                "BadCharacter; 1 error IK403 6; segment 15 (NM1 in 2010BA) element 3; 13, 1035, Some(\"BIRCH – X\"); \
                 The value holds a character outside the X12 character set, or bytes that are not UTF-8.",
            ],
        ),
        Case::new(
            edited(&claim(), "NM1*85*2*CLINIC*", "NM1*85*2*CLI^NIC*"),
            &[
                "RepetitionSeparatorInText; 1 warning IK403 6; segment 9 (NM1 in 2010AA) element 3; 7, 1035, \
                 Some(\"CLI^NIC\"); The text holds the repetition separator of ISA11, but the element does not repeat; \
                 it is kept as text.",
            ],
        ),
        Case::new(
            changed(&claim(), "~HI*ABK", "~NTE*ADD*SEEN: 3 AM~HI*ABK"),
            &[
                "ComponentSeparatorInText; 1 warning IK403 6; segment 21 (NTE in 2300) element 2; 19, 352, \
                 Some(\"SEEN: 3 AM\"); The text holds the component separator of ISA16, which must not occur in \
                 data; it is kept as text.",
            ],
        ),
        case(
            "AMT*D*100",
            "AMT*D*1OO",
            &[
                "BadNumber; 1 error IK403 6; segment 24 (AMT in 2320) element 2; 22, 782, Some(\"1OO\"); The value \
                 is not a number in the required format.",
            ],
        ),
        case(
            "*19800229*",
            "*19810229*",
            &[
                "BadDate; 1 error IK403 8; segment 18 (DMG in 2010BA) element 2; 16, 1251, Some(\"19810229\"); The \
                 value is not a date in the required format.",
            ],
        ),
        case(
            "RD8*20240101-20240102",
            "RD8*02240101-20240102",
            &[
                "EarlyDate; 1 warning IK403 8; segment 33 (DTP in 2400) element 3; 31, 1251, \
                 Some(\"02240101-20240102\"); The date is before 1800.",
            ],
        ),
        case(
            "RD8*20240101-20240102",
            "RD8*20240102-20240101",
            &[
                "PeriodReversed; 1 warning IK403 8; segment 33 (DTP in 2400) element 3; 31, 1251, \
                 Some(\"20240102-20240101\"); The period ends before it begins.",
            ],
        ),
        case(
            "*20240102*0304*CH",
            "*20240102*2460*CH",
            &[
                "BadTime; 1 error IK403 9; segment 4 (BHT) element 5; 2, 337, Some(\"2460\"); The value is not a \
                 time in the required format.",
            ],
        ),
    ]
}

fn codes() -> Vec<Case> {
    vec![
        case(
            "BHT*0019*00*",
            "BHT*0019*01*",
            &[
                "BadCode; 2 error IK403 7; segment 4 (BHT) element 2; 2, 353, Some(\"01\"); The code is not one of \
                 those that the guide allows here.",
            ],
        ),
        case(
            "***11:B:1*",
            "***11:Q:1*",
            &[
                "BadCode; 2 error IK403 7; segment 20 (CLM in 2300) element 5, component 2; 18, 1332, Some(\"Q\"); \
                 The code is not one of those that the guide allows here.",
            ],
        ),
        Case::new(
            edited(&answer(), "*30^98*", "*30^QQ^98*"),
            &[
                "NotInList(ServiceType); 5 error IK403 7; segment 13 (EB in 2110C) element 3, repetition 2; 11, 1365, \
                 Some(\"QQ\"); The code is not in the list of service type codes.",
            ],
        ),
        case(
            "***11:B:1*",
            "***00:B:1*",
            &[
                "NotInList(PlaceOfService); 5 error IK403 7; segment 20 (CLM in 2300) element 5, component 1; 18, \
                 1331, Some(\"00\"); The code is not in the list of place of service codes.",
            ],
        ),
    ]
}

fn conditions() -> Vec<Case> {
    vec![
        case(
            "*TE*5552015000",
            "*TE*5552015000*EX",
            &[
                "PairedMissing { with: 5 }; 1 error IK403 2; segment 6 (PER in 1000A) element 6; 4, 364, None; This \
                 value is required because element 5 is given: they are a pair.",
            ],
        ),
        case(
            "*****XX*1234567893",
            "******1234567893",
            &[
                "PairedMissing { with: 9 }; 1 error IK403 2; segment 9 (NM1 in 2010AA) element 8; 7, 66, None; This \
                 value is required because element 9 is given: they are a pair.",
            ],
        ),
        Case::new(
            edited(&inquiry(), "EQ*30~", "EQ**~"),
            &[
                "TrailingSeparator; 1 warning IK403 6; segment 14 (EQ in 2110C) element 2; 12, 0, None; The segment \
                 ends with an empty element.",
                "OneOfMissing { from: 1 }; 1 error IK403 2; segment 14 (EQ in 2110C) element 1; 12, 1365, None; At \
                 least one of these related values is required.",
            ],
        ),
        case(
            "N4*TOWN*NY*100010000",
            "N4*TOWN*NY*100010000****QC",
            &[
                "Exclusive { with: 2 }; 1 error IK403 10; segment 11 (N4 in 2010AA) element 7; 9, 1715, None; This \
                 value must be empty because element 2 is given: they exclude each other.",
                "ConditionalMissing { because: 7 }; 1 error IK403 2; segment 11 (N4 in 2010AA) element 4; 9, 26, \
                 None; A value is required because element 7 is given.",
            ],
        ),
        Case::new(
            edited(&payment(), "CAS*CO*45*15", "CAS*CO*45*15**1"),
            &[
                "ConditionalMissing { because: 5 }; 1 error IK403 2; segment 17 (CAS in 2110) element 6; 15, 782, \
                 None; A value is required because element 5 is given.",
            ],
        ),
    ]
}
