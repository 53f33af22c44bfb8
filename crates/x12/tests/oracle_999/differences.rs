//! The differences between our 999 and that of the oracle, with reasons.

/// A file, the errors that only we report, those that only the oracle reports, and the reason. An
/// error is written `segment.element.component=code`, without numbers that are 0.
pub const DIFFERENCES: &[(&str, &str, &str, &str)] = &[
    (
        "837I/edifabric__InstitutionalClaim.txt",
        "21.4=I10",
        "10.3=7 21.4=6 21.6=I10",
        "pyx12 requires nine digits in N403 where the guide requires them in a note (we warn); it reports a \
         composite in CLM04, which is not used, as a bad character; it treats CLM06 as not used, although published \
         samples carry it",
    ),
    (
        "834/hdi-expected__findings_834-validation-issues.txt",
        "",
        "4=1 8=1 8=3 11=1",
        "lines of prose are between the segments; pyx12 has no place for the segment after each, we read it",
    ),
    (
        "837P/hdi-expected__findings_837P-validation-issues.txt",
        "",
        "21=1 27=1 28=3 29=1",
        "lines of prose are between the segments: the missing segments follow from them",
    ),
    (
        "277CA/imsweb__x12_277CA_rejected.txt",
        "0=accepted",
        "0=rejected 17=3",
        STC,
    ),
    (
        "277CA/oop__277_5010_FromAlexbrodsky.txt",
        "0=accepted",
        "0=rejected 17=3",
        STC,
    ),
    ("837P/imsweb__x12_ambiguous_loop.txt", "", "26=8", TRAILING),
    ("837P/imsweb__x12_writer_test.txt", "", "26=8", TRAILING),
    (
        "837P/imsweb__x12_bad_segment_identifier.txt",
        "25.1=7 25.2=7",
        "5=1 5=3 10=1 10=3 19=1 19=3",
        "an unknown segment replaces a required one: pyx12 then has no place for what follows, we report the unknown \
         segment and continue; HL01 and HL02 do not continue the count, which pyx12 reports outside its 999",
    ),
    (
        "837P/imsweb__x12_loop_errors3_missing_loops.txt",
        "",
        "7=3",
        "the missing billing provider: pyx12 reports it twice, we once, after its place",
    ),
    ("837P/imsweb__x12_multiple_st.txt", "25.1=7 25.2=7", "", HIERARCHY),
    (
        "837P/imsweb__x12_multiple_transactions.txt",
        "25.1=7 25.2=7",
        "",
        HIERARCHY,
    ),
    ("837P/imsweb__x12_no_errors.txt", "25.1=7", "", HIERARCHY),
    ("837P/imsweb__x12_valid.txt", "25.1=7 25.2=7", "", HIERARCHY),
    (
        "837P/imsweb__x12_valid_different_separators.txt",
        "25.1=7 25.2=7",
        "",
        HIERARCHY,
    ),
    (
        "837I/imsweb__x223-test.txt",
        "47=5",
        "9.3=7 23.6=I10 25.2=7 28=8",
        "N403 and CLM06 as above; D8 in the statement dates is in published samples; HI ends with an empty element, \
         which we report as a warning only; the DTP that fits no use is the second of the use that may be meant",
    ),
    (
        "277CA/oop__276_5010_277_Deidentified_from_nth.txt",
        "",
        "3=3 23.1.1=7 23.1.2=7 24.1.1=7 24.1.2=7 25.1.1=7 25.1.2=7 36.1.1=7 36.1.2=7 37.1.1=7 37.1.2=7 38.1.1=7 38.1.2=7 43.1.1=7 43.1.2=7 \
         44.1.1=7 44.1.2=7 45.1.1=7 45.1.2=7",
        "claim status codes: their owner does not permit redistribution, so the caller supplies the list; BHT01 9999 \
         is a wrong code for us and no BHT at all for pyx12",
    ),
    (
        "834/oop__834_5010_Dhcs_Example2.txt",
        "6.11=2",
        "6.12=8",
        "INS12 without its qualifier: a missing INS11 (X12's rule P1112) rather than a bad date",
    ),
    (
        "837I/oop__837I_5010_Spec_3.1.1.txt",
        "24=5",
        "21=1 22=1 28=1 29=1 30=3 39=3 42=3",
        CONVENTION,
    ),
    (
        "837I/oop__837I_5010_Spec_3.1.3_PPORepricedClaim.txt",
        "32=5",
        "25=1 26.2=7 28=1 34=3 35=1 43=3 47=3",
        CONVENTION,
    ),
    (
        "837I/oop__InstitutionalClaim5010.txt",
        "56=3 72.4=1 76=3",
        "20.5.2=7 28=1 30=1 31=1 32=1 33=1 34=1 37=1 38=1 39=1 40=1 41=1 42=1 43=1 44=1 64=1 65=3 70=1 71=3 77=3",
        CONVENTION,
    ),
    (
        "837P/oop__837P_5010_MedicaidExample.txt",
        "",
        "3=1 4=1 5=1 6=3 25=3 28=3 41=3 44=3 57=3 60=3 73=3 76=3 89=3 92=3",
        CASCADE,
    ),
    (
        "837P/oop__837P_5010_MissingEntityCode.txt",
        "",
        "3=1 4=1 5=1 6=3 26=3 29=3 42=3 45=3 58=3 61=3 74=3 77=3 90=3 93=3",
        CASCADE,
    ),
    (
        "837P/oop__ProfessionalClaim1.txt",
        "",
        "35.2=7",
        "N402 is not a state: an external code list, which we check as SNIP type 5",
    ),
];

const STC: &str = "pyx12 requires STC in 2200C; the guide has it where the whole provider is answered, and published \
                   samples omit it";
const TRAILING: &str = "SV1 ends with an empty element, which we report as a warning only";
const HIERARCHY: &str =
    "HL01 does not count from 1, or HL02 names no level: pyx12 reports it on its console and not in its 999";
const CONVENTION: &str = "GS08 names the professional guide and ST03 the institutional one: pyx12 reads it by GS08, \
                          we by ST03, which takes precedence";
const CASCADE: &str = "a wrong code in BHT01, NM101 or SV101-1: we report the code; pyx12 does not find the segment \
                       at all, nor what follows BHT, and then reports it missing";
