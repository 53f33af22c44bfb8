//! An EHR for tests: discovery, tokens, one patient, one encounter.

use reqwest::Url;
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path, path_regex},
};

pub const PATIENT: &str = "pat-1001";
pub const ENCOUNTER: &str = "enc-2001";
/// Text that no log, event or error may contain.
pub const SECRET_WORDS: [&str; 6] = ["Quixano", "Alonsa", "Windmill", "1987-04-23", "Rocinante", "lisinopril"];

pub struct Ehr {
    pub server: MockServer,
}

impl Ehr {
    /// Responds successfully, with tokens valid for 300 seconds.
    pub async fn start() -> Self {
        let this = Self {
            server: MockServer::start().await,
        };
        let smart = json!({
            "token_endpoint": format!("{}/oauth2/token", this.server.uri()),
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        });
        this.get("/fhir/r4/.well-known/smart-configuration", 200, smart).await;
        this.get(
            "/fhir/r4/metadata",
            200,
            json!({ "resourceType": "CapabilityStatement" }),
        )
        .await;
        let token =
            json!({ "access_token": "token-1", "token_type": "bearer", "expires_in": 300, "scope": "system/*.rs" });
        Mock::given(method("POST"))
            .and(path("/oauth2/token"))
            .respond_with(ResponseTemplate::new(200).set_body_json(token))
            .with_priority(9)
            .mount(&this.server)
            .await;
        this.get(&format!("/fhir/r4/Patient/{PATIENT}"), 200, patient()).await;
        this.get(
            "/fhir/r4/AllergyIntolerance",
            200,
            bundle(&[about("AllergyIntolerance", "all-1", "patient", "Rocinante dander")]),
        )
        .await;
        this.get("/fhir/r4/Condition", 200, bundle(&[])).await;
        this.get(
            "/fhir/r4/MedicationRequest",
            200,
            bundle(&[about("MedicationRequest", "med-1", "subject", "lisinopril")]),
        )
        .await;
        this.get(
            &format!("/fhir/r4/Encounter/{ENCOUNTER}"),
            200,
            encounter("3", json!({})),
        )
        .await;
        this
    }

    pub fn base(&self) -> Url {
        format!("{}/fhir/r4", self.server.uri()).parse().unwrap()
    }

    /// The regular response to a GET; [`Ehr::first`] takes precedence.
    pub async fn get(&self, at: &str, status: u16, body: Value) {
        let answer = ResponseTemplate::new(status).set_body_json(body);
        Mock::given(method("GET"))
            .and(path(at))
            .respond_with(answer)
            .with_priority(9)
            .mount(&self.server)
            .await;
    }

    /// The response to the next `times` requests to a path.
    pub async fn first(&self, times: u64, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb))
            .and(path_regex(at))
            .respond_with(answer)
            .up_to_n_times(times)
            .with_priority(1)
            .mount(&self.server)
            .await;
    }

    /// The response to a PUT of the encounter with `version`.
    pub async fn put(&self, version: &str, answer: ResponseTemplate) {
        Mock::given(method("PUT"))
            .and(path(format!("/fhir/r4/Encounter/{ENCOUNTER}")))
            .and(header("If-Match", format!("W/\"{version}\"").as_str()))
            .respond_with(answer)
            .with_priority(5)
            .mount(&self.server)
            .await;
    }

    /// Number of requests with a method to a path.
    pub async fn seen(&self, verb: &str, at: &str) -> usize {
        self.requests(verb, at).await.len()
    }

    pub async fn requests(&self, verb: &str, at: &str) -> Vec<wiremock::Request> {
        let all = self.server.received_requests().await.unwrap();
        all.into_iter()
            .filter(|request| request.method.as_str() == verb && request.url.path().ends_with(at))
            .collect()
    }
}

pub fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": PATIENT, "meta": { "versionId": "1", "source": "x" }, "birthDate": "1987-04-23", "gender": "female",
        "identifier": [{ "value": "W100200300" }], "telecom": [{ "value": "555-0100" }],
        "name": [{ "family": "Quixano", "given": ["Alonsa"] }], "address": [{ "line": ["7 Windmill Lane"], "postalCode": "02139" }],
    })
}

pub fn about(resource_type: &str, id: &str, member: &str, text: &str) -> Value {
    let mut resource =
        json!({ "resourceType": resource_type, "id": id, "recorder": { "reference": "Practitioner/1" } });
    resource[member] = json!({ "reference": format!("Patient/{PATIENT}") });
    let coded = if resource_type == "MedicationRequest" {
        "medicationCodeableConcept"
    } else {
        "code"
    };
    resource[coded] = json!({ "text": text });
    resource
}

pub fn bundle(resources: &[Value]) -> Value {
    let entry: Vec<_> = resources
        .iter()
        .map(|resource| json!({ "resource": resource, "search": { "mode": "match" } }))
        .collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "total": resources.len(), "entry": entry })
}

pub fn encounter(version: &str, more: Value) -> Value {
    let mut encounter = json!({
        "resourceType": "Encounter", "id": ENCOUNTER, "meta": { "versionId": version }, "status": "in-progress",
        "subject": { "reference": format!("Patient/{PATIENT}") },
        "extension": [{ "url": "http://other.example/x", "valueString": "theirs" }],
    });
    for (name, value) in more.as_object().unwrap() {
        encounter[name] = value.clone();
    }
    encounter
}
