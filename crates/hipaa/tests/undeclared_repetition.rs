//! ISA11 declares no repetition separator, and `^` repeats: every view splits, and lists it.

use mc_hipaa::AnyTransaction;
use mc_hipaa::eligibility::Response;
use mc_x12::Interchange;
use mc_x12::finding::FindingKind;

fn file(isa11: &str, services: &str) -> String {
    let isa = format!(
        "ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*{isa11}*00501*000000001*0*T*:~",
        "", "PARTY"
    );
    format!(
        "{isa}GS*HB*A*B*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~BHT*0022*11*R1*20260102*0304~\
         HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~\
         TRN*2*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~EB*1**{services}~SE*11*0001~GE*1*1~IEA*1*000000001~"
    )
}

#[test]
fn a_repetition_that_isa11_does_not_declare_is_split_and_listed() {
    for (isa11, services, count) in [("U", "30^98", 1), ("^", "30^98", 0), ("U", "30", 0)] {
        let text = file(isa11, services);
        let response = Response::parse(text.as_bytes()).unwrap();
        assert_eq!(response.benefits[0].service_types.join("^"), services);
        let kinds: Vec<_> = response.unread.iter().map(|finding| finding.kind).collect();
        assert_eq!(
            kinds,
            vec![FindingKind::RepetitionUndeclared; count],
            "{isa11} {services}"
        );
        assert_eq!(response.strict().is_ok(), count == 0);
        let interchange = Interchange::parse(text.as_bytes()).unwrap();
        let read = AnyTransaction::read(interchange.transactions().next().unwrap()).unwrap();
        assert_eq!(read.unread.len(), count);
        let streamed: Vec<_> = mc_hipaa::stream::benefits(text.as_bytes())
            .map(Result::unwrap)
            .collect();
        assert_eq!(streamed[0].response.unread.len(), count);
    }
}
