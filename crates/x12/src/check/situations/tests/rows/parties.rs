//! 837: examples of the rules about the patient, the providers and the payer.

use super::super::Situation as S;
use super::texts::{CLAIM, SECOND};
use super::{NONE, Row};

const CHILD: &str = "HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*JI~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*20100101*M~CLM*C1";
pub(super) const PARTIES: &[Row] = &[
    (S::PatientAndSubscriber, CLAIM, NONE, ("CLM*C1", CHILD), ("HL", 0)),
    (S::PatientUnknown, CLAIM, NONE, ("DMG*D8*19800101*F~", ""), ("DMG", 0)),
    (S::PatientNotStated, CLAIM, NONE, ("SBR*P*18*", "SBR*P**"), ("SBR", 2)),
    (
        S::SubscriberId,
        CLAIM,
        ("IL*1*DOE*JO****MI*M1", "IL*2*FIRM"),
        ("****MI*M1", ""),
        ("NM1", 9),
    ),
    (
        S::SubscriberAddress,
        CLAIM,
        NONE,
        ("N3*1 ROAD~N4*TOWN*NY*10001~DMG", "DMG"),
        ("N3", 0),
    ),
    (
        S::BirthDate,
        CLAIM,
        ("19800101", "20240102"),
        ("19800101", "20240103"),
        ("DMG", 2),
    ),
    (
        S::FirstName,
        CLAIM,
        ("IL*1*DOE*JO", "IL*2*DOE*"),
        ("DOE*JO", "DOE*"),
        ("NM1", 4),
    ),
    (
        S::State,
        CLAIM,
        ("NY*10001~", "*75001*FR~"),
        ("NY*10001~", "*10001~"),
        ("N4", 2),
    ),
    (
        S::PostalCode,
        CLAIM,
        ("NY*10001~", "**FR~"),
        ("NY*10001~", "NY~"),
        ("N4", 3),
    ),
    (S::ZipCode, CLAIM, NONE, ("100010000", "10001"), ("N4", 3)),
    (
        S::PostOfficeBox,
        CLAIM,
        ("1 ROAD", "1 BOX ROAD"),
        ("1 ROAD", "P.O. BOX 1"),
        ("N3", 1),
    ),
    (
        S::TelephoneForm,
        CLAIM,
        ("TE*5552015000", "EM*A@B.COM"),
        ("5552015000", "555-201-5000"),
        ("PER", 4),
    ),
    (S::TelephoneArea, CLAIM, NONE, ("5552015000", "5550015000"), ("PER", 4)),
    (
        S::SocialSecurityForm,
        CLAIM,
        ("*F~", "*F~REF*SY*123456789~"),
        ("*F~", "*F~REF*SY*123-45-6789~"),
        ("REF", 2),
    ),
    (
        S::SocialSecurityArea,
        CLAIM,
        ("*F~", "*F~REF*SY*123456789~"),
        ("*F~", "*F~REF*SY*666456789~"),
        ("REF", 2),
    ),
    (
        S::TaxIdForm,
        CLAIM,
        NONE,
        ("REF*EI*123456789", "REF*EI*12-3456789"),
        ("REF", 2),
    ),
    (S::TaxonomyForm, CLAIM, NONE, ("207Q00000X", "207Q00000"), ("PRV", 3)),
    (
        S::BillingProviderId,
        CLAIM,
        NONE,
        ("CLINIC*****XX*1234567893", "CLINIC"),
        ("NM1", 9),
    ),
    (S::FilingIndicator, CLAIM, NONE, ("*******CI~", "~"), ("SBR", 9)),
    (
        S::InsuranceTypeMissing,
        SECOND,
        ("S*18*******CI", "S*18***12****MB"),
        ("S*18*******CI", "S*18*******MB"),
        ("SBR", 5),
    ),
    (
        S::InsuranceTypePrimary,
        CLAIM,
        ("P*18*******CI", "P*18*******MB"),
        ("P*18*******CI", "P*18***12****MB"),
        ("SBR", 5),
    ),
    (S::UnitsZero, CLAIM, ("UN*1*", "UN*.5*"), ("UN*1*", "UN*0*"), ("SV1", 4)),
    (
        S::ReferringProvider,
        CLAIM,
        ("I10~LX", "I10~NM1*DN*1*ROE*AL~LX"),
        ("D8*20240101~", "D8*20240101~NM1*DN*1*ROE*AL~"),
        ("NM1", 0),
    ),
    (
        S::SupervisingProvider,
        CLAIM,
        (
            "I10~",
            "I10~NM1*82*1*ROE*AL****XX*1234567893~NM1*DQ*1*POE*BO****XX*1245319599~",
        ),
        (
            "I10~",
            "I10~NM1*82*1*ROE*AL****XX*1234567893~NM1*DQ*1*ROE*AL****XX*1234567893~",
        ),
        ("NM1", 9),
    ),
];
