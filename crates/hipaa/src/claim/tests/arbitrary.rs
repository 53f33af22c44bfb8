//! Claims of every shape that can be written.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::*;
use crate::parts::arbitrary::*;
use crate::parts::{Adjudication, Adjustment, Amount, total};

fn percent() -> BoxedStrategy<Decimal> {
    (0i64..1000).prop_map(|p| Decimal::new(p, 1)).boxed()
}

prop_compose! {
    fn coverages()(
        sequence in code(&["P", "S", "T"]), relationship in maybe(2), group_number in maybe(50), group_name in maybe(60),
        insurance_type in maybe(3), filing in maybe(2),
    ) -> Coverage {
        Coverage { sequence, relationship, group_number, group_name, insurance_type, filing }
    }
}

prop_compose! {
    fn states()(died_on in option::of(day()), weight in option::of(percent()), is_pregnant in option::of(any::<bool>())) -> Option<PatientState> {
        let state = PatientState { died_on, weight, is_pregnant };
        (state != PatientState::default()).then_some(state)
    }
}

/// Segments that the guide allows for a provider in a role, besides name and references.
#[derive(Clone, Copy, PartialEq)]
enum With {
    Nothing,
    Specialty,
    Place,
    PlaceAndContact,
}

prop_compose! {
    fn providers(role: &'static str, with: With)(
        name in name(role), taxonomy in maybe(50), address in option::of(address()), references in references(&["G2", "LU"]),
        contacts in vec(contact(&["IC"]), 0..2),
    ) -> Provider {
        let plain = Provider { references, ..Provider::new(name) };
        match with {
            With::Specialty if !taxonomy.is_empty() => Provider { taxonomy_role: "PE".to_owned(), taxonomy, ..plain },
            With::Place => Provider { address, ..plain },
            With::PlaceAndContact => Provider { address, contacts, ..plain },
            With::Nothing | With::Specialty => plain,
        }
    }
}

fn claim_providers(kind: Kind) -> BoxedStrategy<Vec<Provider>> {
    let (first, second, place) = match kind {
        Kind::Professional => (With::Specialty, providers("DN", With::Nothing), With::PlaceAndContact),
        Kind::Institutional => (With::Nothing, providers("71", With::Specialty), With::Place),
        Kind::Dental => (With::Specialty, providers("DN", With::Specialty), With::Place),
    };
    let some = vec(
        prop_oneof![providers("82", first), second, providers("77", place)],
        0..3,
    );
    some.prop_map(one_of_a_role).boxed()
}

fn line_providers(kind: Kind) -> BoxedStrategy<Vec<Provider>> {
    let one = match kind {
        Kind::Professional => prop_oneof![providers("82", With::Specialty), providers("77", With::Place)].boxed(),
        Kind::Institutional => prop_oneof![providers("82", With::Nothing), providers("72", With::Nothing)].boxed(),
        Kind::Dental => providers("82", With::Specialty).boxed(),
    };
    vec(one, 0..3).prop_map(one_of_a_role).boxed()
}

fn one_of_a_role(mut providers: Vec<Provider>) -> Vec<Provider> {
    providers.sort_by(|a, b| b.name.role.cmp(&a.name.role));
    providers.dedup_by(|a, b| a.name.role == b.name.role);
    providers
}

prop_compose! {
    fn attachments()(kind in text(2), transmission in text(2), control_number in maybe(80)) -> Attachment {
        Attachment { kind, transmission, control_number, description: String::new() }
    }
}

prop_compose! {
    fn conditions()(category in text(2), applies in any::<bool>(), codes in vec(text(3), 0..6)) -> Conditions {
        Conditions { category, applies: Some(applies), codes }
    }
}

prop_compose! {
    fn contracts()(
        kind in text(2), amount in option::of(money()), percent in option::of(percent()), code in maybe(50),
        discount_percent in option::of(percent()), version in maybe(30),
    ) -> Contract {
        Contract { kind, amount, percent, code, discount_percent, version }
    }
}

prop_compose! {
    fn repricings()(
        method in text(2), numbers in (option::of(money()), option::of(money()), option::of(percent()), option::of(signed())),
        texts in (maybe(50), maybe(50), maybe(48)), approved_procedure in option::of((maybe(2), text(48))),
        approved_units in option::of((maybe(2), money())), last in (maybe(2), maybe(2), maybe(2)),
    ) -> Repricing {
        Repricing {
            method, allowed: numbers.0, savings: numbers.1, rate: numbers.2, approved_amount: numbers.3,
            organization_id: texts.0, approved_group: texts.1, approved_revenue_code: texts.2, approved_procedure,
            approved_units, rejection: last.0, compliance: last.1, exception: last.2,
        }
    }
}

prop_compose! {
    fn transports()(
        patient_weight in option::of(percent()), reason in text(1), miles in option::of(money()),
        round_trip_purpose in maybe(80), stretcher_purpose in maybe(80),
    ) -> AmbulanceTransport {
        AmbulanceTransport { patient_weight, reason, miles, round_trip_purpose, stretcher_purpose }
    }
}

prop_compose! {
    fn details()(
        attachments in vec(attachments(), 0..2), conditions in vec(conditions(), 0..2), contract in option::of(contracts().prop_map(Box::new)),
        repricing in option::of(repricings().prop_map(Box::new)), ambulance in option::of(transports().prop_map(Box::new)), notes in vec((maybe(3), text(80)), 0..2),
        fixed in vec(text(80), 0..2), dates in vec(dated(&["472", "431"]), 0..3), references in references(&["6R", "G1"]),
        amounts in amounts(&["F5", "T"]),
    ) -> Claim {
        let notes = notes.into_iter().map(|(reference, text)| Note { reference, text }).collect();
        let fixed_texts = fixed.into_iter().map(|text| FixedText { text }).collect();
        Claim {
            dates, attachments, contract, amounts, references, fixed_texts, notes, ambulance, conditions, repricing,
            ..Claim::default()
        }
    }
}

prop_compose! {
    fn drugs()(qualifier in text(2), code in text(48), amount in option::of((money(), text(2))), references in references(&["XZ"])) -> Drug {
        let (quantity, unit) = amount.map_or((None, String::new()), |(quantity, unit)| (Some(quantity), unit));
        Drug { qualifier, code, quantity, unit, references }
    }
}

fn services(kind: Kind) -> BoxedStrategy<Service> {
    let numbers = (money(), option::of(money()));
    match kind {
        Kind::Professional => (
            procedure(),
            money(),
            money(),
            maybe(2),
            vec(code(&["1", "2", "12"]), 0..5),
            any::<[Option<bool>; 4]>(),
        )
            .prop_map(|(procedure, charge, units, place, pointers, flags)| {
                Service::Professional(ProfessionalService {
                    procedure,
                    charge: Some(charge),
                    unit: "UN".to_owned(),
                    units: Some(units),
                    place,
                    pointers,
                    is_emergency: flags[0],
                    is_screening: flags[1],
                    is_family_planning: flags[2],
                    is_copay_exempt: flags[3].filter(|yes| *yes),
                })
            })
            .boxed(),
        Kind::Institutional => (text(48), option::of(procedure()), numbers, text(2), money())
            .prop_map(|(revenue_code, procedure, (charge, noncovered), unit, units)| {
                Service::Institutional(InstitutionalService {
                    revenue_code,
                    procedure,
                    charge: Some(charge),
                    unit,
                    units: Some(units),
                    noncovered,
                })
            })
            .boxed(),
        Kind::Dental => {
            let teeth = vec((text(30), vec(text(2), 0..6)), 0..3);
            let texts = (maybe(2), maybe(1), vec(text(3), 0..6), vec(text(2), 0..5));
            (procedure(), numbers, texts, teeth)
                .prop_map(
                    |(procedure, (charge, units), (place, prosthesis, oral_cavity, pointers), teeth)| {
                        let teeth = teeth.into_iter().map(|(number, surfaces)| Tooth { number, surfaces });
                        Service::Dental(DentalService {
                            procedure,
                            charge: Some(charge),
                            place,
                            oral_cavity,
                            prosthesis,
                            units,
                            pointers,
                            teeth: teeth.collect(),
                        })
                    },
                )
                .boxed()
        }
    }
}

prop_compose! {
    fn lines(kind: Kind)(
        service in services(kind), details in details(), providers in line_providers(kind), quantities in quantities(&["PT"]), drug in option::of(drugs().prop_map(Box::new)),
        day in day(), decision in option::of((procedure(), maybe(48), option::of(money()), maybe(6), adjustment_list())),
    ) -> ServiceLine {
        let adjudications = decision.map(|(procedure, revenue_code, units, bundled_into, adjustments)| LineAdjudication {
            payer_id: "OTHER".to_owned(), paid: less(service.charge(), Adjustment::total(&adjustments)), procedure: Some(procedure),
            revenue_code, units, bundled_into, adjustments, dates: details.dates.clone(), amounts: details.amounts.clone(),
        });
        fitting_line(kind, ServiceLine {
            attachments: details.attachments, ambulance: details.ambulance, conditions: details.conditions,
            dates: details.dates, quantities, contract: details.contract, references: details.references,
            amounts: details.amounts, fixed_texts: details.fixed_texts, notes: details.notes, repricing: details.repricing,
            drug, providers, adjudications: adjudications.into_iter().collect(),
            ..ServiceLine::new(service, day)
        })
    }
}

prop_compose! {
    fn other_payers(kind: Kind)(
        coverage in coverages(), adjustments in adjustment_list(), flags in (text(1), maybe(1), text(1)),
        adjudications in vec(adjudication(), 0..1), subscriber in name("IL"), payer in name("PR"),
        addresses in (option::of(address()), option::of(address())), dates in vec(dated(&["573"]), 0..2),
        references in (references(&["SY"]), references(&["F8"])), providers in vec(providers("85", With::Nothing), 0..=1),
    ) -> OtherPayer {
        let fits = |a: &Adjudication| kind == Kind::Institutional || !a.inpatient;
        let adjudications: Vec<_> = adjudications.into_iter().filter(fits).collect();
        OtherPayer {
            coverage, adjustments, amounts: Vec::new(), benefits_assigned: flags.0, patient_signature: flags.1,
            release: flags.2, adjudications, subscriber: Party { name: subscriber, address: addresses.0, references: references.0 },
            payer: payer.with_id("PI", "OTHER"), payer_address: addresses.1, dates, references: references.1, providers,
        }
    }
}

/// Removes what the guide of this kind has no place for.
fn fitting_line(kind: Kind, line: ServiceLine) -> ServiceLine {
    let line = match kind {
        Kind::Professional => return line,
        Kind::Institutional => line,
        Kind::Dental => ServiceLine {
            attachments: Vec::new(),
            notes: Vec::new(),
            drug: None,
            ..line
        },
    };
    let (contract, fixed_texts) = match kind {
        Kind::Dental => (line.contract, line.fixed_texts),
        _ => (None, Vec::new()),
    };
    ServiceLine {
        ambulance: None,
        conditions: Vec::new(),
        quantities: Vec::new(),
        contract,
        fixed_texts,
        ..line
    }
}

/// Removes what the guide of this kind has no place for.
fn fitting_claim(kind: Kind, claim: Claim) -> Claim {
    let claim = match kind {
        Kind::Dental => Claim {
            conditions: Vec::new(),
            ..claim
        },
        _ => Claim {
            orthodontics: None,
            tooth_statuses: Vec::new(),
            ..claim
        },
    };
    // Without the codes of hospitals; each kind of code has one HI.
    let mut codes = claim.codes;
    if kind != Kind::Institutional {
        codes.retain(|code| matches!(code.qualifier.as_str(), "ABK" | "ABF"));
        codes.truncate(if kind == Kind::Dental { 4 } else { 12 });
    }
    Claim {
        codes,
        admission: claim.admission.filter(|_| kind == Kind::Institutional),
        ambulance: claim.ambulance.filter(|_| kind == Kind::Professional),
        ..claim
    }
}

prop_compose! {
    fn codes()(
        qualifier in code(&["ABK", "ABF", "BG", "BE", "BH"]), code in text(30), when in option::of(when()),
        amount in option::of(signed()), quantity in option::of(money()), present_on_admission in maybe(1),
    ) -> HealthCode {
        HealthCode { qualifier, code, when, amount, quantity, present_on_admission, version: String::new() }
    }
}

prop_compose! {
    fn teeth()(
        months in (option::of(money()), option::of(money())), is_orthodontic in any::<bool>(), description in maybe(80),
        statuses in vec((text(50), text(2)), 0..3),
    ) -> (Orthodontics, Vec<ToothStatus>) {
        let orthodontics = Orthodontics {
            total_months: months.0, remaining_months: months.1, is_orthodontic: Some(is_orthodontic), description,
        };
        (orthodontics, statuses.into_iter().map(|(tooth, status)| ToothStatus { tooth, status }).collect())
    }
}

prop_compose! {
    fn claims(kind: Kind)(
        texts in (text(38), text(2), text(1), maybe(1), maybe(3), maybe(2)), signature_on_file in option::of(any::<bool>()),
        causes in (vec(text(3), 0..4), maybe(2), maybe(3)), admission in option::of((maybe(1), maybe(1), text(2))),
        teeth in teeth(), details in details(), providers in claim_providers(kind), codes in vec(codes(), 0..16), lines in vec(lines(kind), 1..3),
        other_payer in option::of(other_payers(kind)),
    ) -> Claim {
        let mut claim = Claim {
            frequency: texts.2, patient_signature: texts.3, special_program: texts.4, delay_reason: texts.5,
            signature_on_file, causes: RelatedCauses { codes: causes.0, state: causes.1, country: causes.2 },
            admission: admission.map(|(kind, source, status)| Admission { kind, source, status, ..Admission::default() }),
            orthodontics: Some(teeth.0), tooth_statuses: teeth.1, attachments: details.attachments,
            contract: details.contract, amounts: details.amounts, references: details.references, dates: details.dates,
            fixed_texts: details.fixed_texts, notes: details.notes, ambulance: details.ambulance,
            conditions: details.conditions, codes, repricing: details.repricing, providers,
            ..Claim::new(texts.0, texts.1, kind, lines)
        };
        if let Some(mut payer) = other_payer {
            let lines = claim.lines.iter().flat_map(|line| &line.adjudications);
            let adjusted = total(lines.map(|decision| Adjustment::total(&decision.adjustments)));
            let paid = less(less(claim.charge, adjusted), Adjustment::total(&payer.adjustments));
            payer.amounts.push(Amount { qualifier: "D".to_owned(), amount: paid });
            claim.other_payers.push(payer);
        }
        fitting_claim(kind, claim)
    }
}

prop_compose! {
    fn patients(kind: Kind)(
        relationship in text(2), state in states(), name in name("QC"), address in address(), demographics in demographics(),
        references in references(&["Y4"]), contacts in vec(contact(&["IC"]), 0..2), claims in vec(claims(kind), 0..2),
    ) -> Patient {
        let contacts = if kind == Kind::Professional { contacts } else { Vec::new() };
        let (address, demographics) = (Some(address), Some(demographics));
        Patient { relationship, state, person: Person { name, address, demographics, references, contacts }, claims }
    }
}

prop_compose! {
    fn subscribers(kind: Kind)(
        coverage in coverages(), state in states(), name in name("IL"), address in option::of(address()),
        demographics in option::of(demographics()), references in references(&["SY"]), contacts in vec(contact(&["IC"]), 0..2),
        payer in (name("PR"), option::of(address()), references(&["2U"])), claims in vec(claims(kind), 1..2),
        patients in vec(patients(kind), 0..2),
    ) -> Subscriber {
        let professional = kind == Kind::Professional;
        let (state, contacts) = if professional { (state, contacts) } else { (None, Vec::new()) };
        let payer = Party { name: payer.0, address: payer.1, references: payer.2 };
        let person = Person { name, address, demographics, references, contacts };
        Subscriber { coverage, state, person, payer, claims, patients }
    }
}

fn pay_to(role: &'static str) -> BoxedStrategy<Option<Party>> {
    let parts = (name(role), address(), references(&["EI"]));
    option::of(parts.prop_map(move |(name, address, references)| Party {
        name,
        address: Some(address),
        references: if role == "PE" { references } else { Vec::new() },
    }))
    .boxed()
}

prop_compose! {
    fn billing(kind: Kind)(
        texts in (maybe(50), maybe(3)), name in name("85"), address in address(), references in references(&["EI"]),
        contacts in vec(contact(&["IC"]), 0..2), pay_to in pay_to("87"), pay_to_plan in pay_to("PE"),
        subscribers in vec(subscribers(kind), 1..3),
    ) -> BillingProvider {
        BillingProvider {
            taxonomy: texts.0, currency: texts.1, name, address: Some(address), references, contacts, pay_to, pay_to_plan,
            subscribers,
        }
    }
}

prop_compose! {
    pub(super) fn batches(kind: Kind)(
        reference in text(50), created_at in moment(), submitter in name("41"), contacts in vec(contact(&["IC"]), 0..3),
        receiver in name("40"), providers in vec(billing(kind), 1..3),
    ) -> ClaimBatch {
        ClaimBatch { submitter: Submitter { name: submitter, contacts }, receiver, providers, ..ClaimBatch::new(kind, reference, created_at) }
    }
}
