//! Examples of the rules that transactions other than the 837 share.

use super::super::Situation as S;
use super::texts::{ANSWER, INQUIRY, MEMBERS, PAYMENT};
use super::{NONE, Row};

pub(super) const CONTACTS: &[Row] = &[
    (
        S::AddressState,
        PAYMENT,
        ("N4*T*NY*1~", "N4*T**75001*FR~"),
        ("N4*T*NY*1~", "N4*T**10001~"),
        ("N4", 2),
    ),
    (
        S::AddressState,
        INQUIRY,
        ("MI*M1~", "MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~"),
        ("MI*M1~", "MI*M1~N3*1 ROAD~N4*TOWN**10001~"),
        ("N4", 2),
    ),
    (
        S::AddressPostalCode,
        PAYMENT,
        ("N4*T*NY*1~", "N4*T***FR~"),
        ("N4*T*NY*1~", "N4*T*NY~"),
        ("N4", 3),
    ),
    (
        S::AddressPostalCode,
        MEMBERS,
        ("DOE*JO~", "DOE*JO~N3*1 ROAD~N4*TOWN*NY*10001~"),
        ("DOE*JO~", "DOE*JO~N3*1 ROAD~N4*TOWN*ON**CA~"),
        ("N4", 3),
    ),
    (
        S::AddressPostalCode,
        ANSWER,
        ("MI*M1~", "MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~"),
        ("MI*M1~", "MI*M1~N3*1 ROAD~N4*TOWN*NY~"),
        ("N4", 3),
    ),
    (
        S::TelephoneForm,
        PAYMENT,
        ("TE*5552015000", "EM*A@B.COM"),
        ("5552015000", "555-201-5000"),
        ("PER", 4),
    ),
    (
        S::TelephoneForm,
        MEMBERS,
        ("DOE*JO~", "DOE*JO~PER*IP**HP*5552015000*TE*5552015000~"),
        ("DOE*JO~", "DOE*JO~PER*IP**HP*5552015000*TE*201-5000~"),
        ("PER", 6),
    ),
    (
        S::TelephoneArea,
        PAYMENT,
        NONE,
        ("5552015000", "5550015000"),
        ("PER", 4),
    ),
    (
        S::SocialSecurityNumber,
        MEMBERS,
        ("DOE*JO~", "DOE*JO****34*123456789~"),
        ("DOE*JO~", "DOE*JO****34*123-45-6789~"),
        ("NM1", 9),
    ),
    (
        S::SocialSecurityNumber,
        PAYMENT,
        ("P1~", "P1~NM1*QC*1*DOE*JO****34*123456789~REF*SY*123456789~"),
        ("P1~", "P1~NM1*QC*1*DOE*JO****MI*M1~REF*SY*12345678~"),
        ("REF", 2),
    ),
    (
        S::SocialSecurityNumber,
        INQUIRY,
        ("MI*M1~", "MI*M1~REF*SY*123456789~"),
        ("MI*M1~", "MI*M1~REF*SY*123 45 6789~"),
        ("REF", 2),
    ),
    (
        S::SocialSecurityArea,
        ANSWER,
        ("MI*M1~", "MI*M1~REF*SY*123456789~"),
        ("MI*M1~", "MI*M1~REF*SY*000456789~"),
        ("REF", 2),
    ),
];
