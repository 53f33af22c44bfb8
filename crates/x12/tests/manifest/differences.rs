//! Files for which our verdict differs from the catalogue's, and our findings in files without a
//! catalogue verdict.

const SEPARATOR: &str = "components are separated by > while ISA16 declares another character, so CLM05, HI and SV hold one long \
     component";
const GS01_HC: &str = "GS01 is HC, the code for claims, in another transaction set";
const GS01_XX: &str = "GS01 is XX, which is no functional identifier";
const GS01_HR: &str = "GS01 is HR, that of a 276, around a 277 (HN)";
const PER_BL: &str = "no PER*BL, which the adopted 835 (005010X221A1) requires";
const PROSE: &str = "IK301 and the lines after it repeat prose found between the segments of the file that was \
                     acknowledged";

/// A file and the reason why our verdict differs.
pub const DIFFERENCES: &[(&str, &str)] = &[
    ("270/edifabric__GenericRequest.txt", GS01_HC),
    ("271/edifabric__GenericResponse.txt", GS01_HC),
    ("276/edifabric__RequestTransmission.txt", GS01_HC),
    ("271/oop__2_271_5010_Example_3_1_2.txt", GS01_XX),
    (
        "271/oop__271_5010_Example_3_2_2.txt",
        "GS01 is XX; HL04 of a dependent is 1, but a dependent has no child levels",
    ),
    (
        "271/oop__2_271_5010_Example_3_2_2.txt",
        "GS01 is XX; HL04 of a dependent is 1, but a dependent has no child levels",
    ),
    ("277/hdi-277__X212-277-claim-ncpdp-response.edi", GS01_HR),
    ("277/hdi-277__X212-277-info-receiver-response.edi", GS01_HR),
    ("277/hdi-277__X212-277-provider-response.edi", GS01_HR),
    (
        "834/pyx12__example834_5010.txt",
        "INS06 holds a code with spaces after it; pyx12 reports it too",
    ),
    ("835/lfh-835_005010X221A1__medicare-part-a.835", PER_BL),
    (
        "835/lfh-835_005010X221A1__managed-care.835",
        "no PER*BL; BPR16 is 20002316, which is no date",
    ),
    (
        "835/lfh-835_005010X221A1__secondary-payment.835",
        "no PER*BL; no BPR16; components are separated by > while ISA16 declares another character",
    ),
    ("837I/hdi-837__837I-minimal.dat", "GS01 is HP, that of an 835"),
    ("837I/lfh-837_005010X223A3__ppo-repriced-claim.837i", SEPARATOR),
    (
        "837P/edifabric__ClaimPayment.txt",
        "a name in NM103 of the pay-to address, which the guide does not use; pyx12 reports it too",
    ),
    ("837P/lfh-837_005010X222A2__demo.cob.2ndary.example4.837", SEPARATOR),
    ("837P/lfh-837_005010X222A2__demo.example6.837", SEPARATOR),
    ("837P/lfh-837_005010X222A2__demo.example9.837", SEPARATOR),
    (
        "837P/lfh-837_005010X222A2__demo.cob.example3.A.837",
        "another coverage (2320) without its payer (2330B); pyx12 reports it too",
    ),
    (
        "277CA/oop__277_5010_FromLatitude81uk.txt",
        "the ISA does not have its 106 characters, so nothing else is read",
    ),
    (
        "837P/hdi-837__prof-encounter.dat",
        "there is no GS either: every segment is outside a group, which is what we report",
    ),
    (
        "997/pyx12__td_834_lui_id_5010.resAck.txt",
        "a 997 under the version of the 999; HIPAA's 005010 has no 997",
    ),
    ("oracle-999/hdi-expected__findings_834-validation-issues.txt.999", PROSE),
    (
        "oracle-999/hdi-expected__findings_837P-validation-issues.txt.999",
        PROSE,
    ),
    (
        "oracle-999/imsweb__x12_bad_segment_identifier.txt.999",
        "IK301 is empty where a segment without an id was acknowledged",
    ),
];

/// A file without a catalogue verdict, our errors up to SNIP type 3 (count and code), and their
/// cause.
pub const FOUND: &[(&str, &str, &str)] = &[
    ("824/oop__824_FromTmhpSpec.txt", "1 AK905 2", "no guide for the 824"),
    ("997/staedi__simple997.edi", "1 AK905 2", "no guide for the 997"),
    (
        "997/staedi__simple997-multiple-interchanges.edi",
        "3 AK905 2",
        "no guide for the 997",
    ),
    (
        "277CA/oop__276_5010_277_Deidentified_from_nth.txt",
        "13 IK403 7, 1 IK403 9",
        "9s and Xs in place of codes and of the time",
    ),
    ("278/oop__278_5010_Example_3_1_2_Response.txt", "1 AK905 1", GS08_279),
    ("278/oop__278_5010_Example_3_2_2_Response.txt", "1 AK905 1", GS08_279),
    (
        "278/oop__278_5010_Example_3_3_1_Request.txt",
        "1 AK905 1, 1 IK403 4",
        "GS08 as above; TRN03 has nine characters",
    ),
    (
        "278/oop__278_5010_Example_3_3_2_Response.txt",
        "1 AK905 1, 1 IK403 1, 1 IK403 4, 1 IK403 7",
        "GS08 as above; TRN03 has nine characters; NM108 holds what belongs into NM109",
    ),
    (
        "276/oop__276_5010_Example1_IG.txt",
        "1 AK905 1",
        "GS08 names the guide of the 270 and ST03 that of the 276",
    ),
    (
        "834/oop__834_5010_Dhcs_Example1.txt",
        "1 IK403 1, 1 IK403 7, 1 IK403 I10",
        "BGN08 is one position early; INS08 is one position late; pyx12 reports the same",
    ),
    (
        "834/oop__834_5010_Dhcs_Example2.txt",
        "1 IK403 1, 1 IK403 2, 2 IK403 7, 1 IK403 I10",
        "BGN08 is one position early; INS08, INS11 and INS12 are one position late; pyx12 reports the same",
    ),
    (
        "834/lfh-834_005010X220A1__enroll-employee-managed-care.834",
        "1 IK403 7",
        "DTP*358, which 2000 does not have; pyx12 reports it too",
    ),
    (
        "837I/oop__837I_5010_Spec_3.1.1.txt",
        "1 IK304 2, 1 IK304 5, 9 IK403 1, 1 IK403 5, 7 IK403 7, 4 IK403 I10, 1 IK502 I6",
        "components separated by another character than ISA16; GS08 is that of the 837P",
    ),
    (
        "837I/oop__837I_5010_Spec_3.1.3_PPORepricedClaim.txt",
        "1 IK304 2, 1 IK304 5, 9 IK403 1, 1 IK403 5, 5 IK403 7, 1 IK502 I6",
        "components separated by another character than ISA16; GS08 is that of the 837P",
    ),
    (
        "837I/edifabric__InstitutionalClaim.txt",
        "4 IK403 1, 1 IK403 7, 1 IK403 8, 1 IK403 I10",
        "CLM05 and what follows are one position early; RD8 with one date; pyx12 reports the same",
    ),
    (
        "837P/hdi-837__837P-minimal.dat",
        "1 AK905 1, 1 STC01 A7:178",
        "GS01 is HP; CLM02 is 100 and the lines are 40",
    ),
    ("835/edifabric__Payment.txt", "1 AK905 1", GS01_HC),
    ("820/edifabric__PaymentOrder.txt", "1 AK905 1", GS01_HC),
    (
        "837P/staedi__sample837-original.edi",
        "1 TA105 010, 1 TA105 017",
        "ISA01 01 and ISA12 00402, which 005010 does not have",
    ),
    (
        "271/oop__271_5010_Example_ErrorWithoutBenefitInfo.txt",
        "1 AK905 1, 1 IK403 7",
        "GS01 is XX; AAA03 80 in 2000A, where it may only be in 2100A",
    ),
    (
        "999/oop__999_DHS_Wisconsin_Sample.txt",
        "1 IK403 6",
        "CTX06 holds a composite's name; pyx12 reports the same, and the AK202 with three characters",
    ),
    (
        "837P/oop__837P_5010_Example1_2_And_3_Combined.txt",
        "1 IK304 2, 1 IK403 I10",
        SBR08,
    ),
    ("837P/oop__837P_5010_Example3_COB.txt", "1 IK304 2, 1 IK403 I10", SBR08),
    (
        "837P/oop__837P_5010_MedicaidExample.txt",
        "5 IK304 3, 10 IK403 1, 16 IK403 7, 1 IK403 9, 5 STC01 A7:178",
        "9s and Xs in place of codes; no diagnoses; charges that are not the sum of the lines",
    ),
];

const GS08_279: &str = "GS08 names the guide of the 270 and ST03 that of the 278";
const SBR08: &str = "SBR08 is used instead of SBR09; a DMG in 2320, which 005010 does not have; pyx12 reports the same";
