use super::super::Situation as S;
use super::findings;

const FILE: &str = "BGN*00*1*20240102*0304****2~N1*P5*S*FI*1~N1*IN*I*FI*2~";
const SUBSCRIBER: &str = "INS*Y*18*021*28*A***FT~REF*0F*S1~NM1*IL*1*DOE*JO~HD*021**HLT~DTP*348*D8*20240101~";
const DEPENDENT: &str = "INS*N*19*021*28*A~REF*0F*S1~NM1*IL*1*DOE*JI~HD*021**HLT~DTP*348*D8*20240101~";

fn file(text: &str) -> Vec<(S, &'static str, u8)> {
    findings("BE", "834", "005010X220A1", text).situations
}

#[test]
fn a_subscriber_comes_before_the_dependents() {
    assert_eq!(file(&format!("{FILE}{SUBSCRIBER}{DEPENDENT}")), []);
    assert_eq!(
        file(&format!("{FILE}{DEPENDENT}{SUBSCRIBER}")),
        [(S::SubscriberAfterDependent, "INS", 0)]
    );
    assert_eq!(
        file(&format!("{FILE}{DEPENDENT}")),
        [],
        "a change may be of a dependent alone"
    );
    let all = format!("{FILE}{DEPENDENT}")
        .replace("****2~", "****4~")
        .replace("*021*28", "*030*28");
    assert_eq!(file(&all), [(S::DependentAlone, "INS", 0)]);
}

#[test]
fn the_subscriber_is_not_a_dependent() {
    let wrong = format!("{FILE}{SUBSCRIBER}").replace("INS*Y*18", "INS*Y*19");
    assert_eq!(file(&wrong), [(S::Relationship, "INS", 2)]);
}

#[test]
fn a_full_file_marks_each_member_as_confirmed() {
    let all = format!("{FILE}{SUBSCRIBER}").replace("****2~", "****4~");
    assert_eq!(file(&all), [(S::Maintenance, "INS", 3)]);
    let change = format!("{FILE}{SUBSCRIBER}").replace("*18*021", "*18*030");
    assert_eq!(file(&change), [(S::Maintenance, "INS", 3)]);
}

#[test]
fn a_termination_has_a_day() {
    let ended = format!("{FILE}{SUBSCRIBER}").replace("*021", "*024");
    assert_eq!(
        file(&ended),
        [(S::TerminationDate, "DTP", 0)],
        "reported once for member and coverage"
    );
    assert_eq!(file(&ended.replace("DTP*348", "DTP*349")), []);
    assert_eq!(file(&ended.replace("NM1*IL", "DTP*357*D8*20240131~NM1*IL")), []);
}
