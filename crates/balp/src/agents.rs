//! Who took part: the application, the server and the person, with the codes that swap between
//! reading and writing.

use crate::{
    Actor, Code, Facts, Kind, Verb,
    code::{ROLE_SYSTEM, dcm, role_class, security_role},
    entities::identified,
    purpose::purposes,
};
use serde_json::{Value, json};

const SOURCE: Code = dcm("110153", "Source Role ID");
const DESTINATION: Code = dcm("110152", "Destination Role ID");
const APPLICATION: Code = dcm("110150", "Application");
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const RECIPIENT: Code = Code::new(PARTICIPATION, "IRCP", "information recipient");
const AUTHOR: Code = Code::new(PARTICIPATION, "AUT", "author (originator)");
const KEEPER: Code = Code::new(PARTICIPATION, "CST", "custodian");
const HUMAN: Code = security_role("humanuser", "human user");
const AUTH_SERVER: Code = security_role("authserver", "authorization server");
const CUSTODIAN: Code = Code::new(
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    "custodian",
    "Custodian",
);
const OAUTH_SERVER: Code = Code::new(
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes",
    "AuthzOauthService",
    "OAuth Authorization Server",
);
const RECORD_KEEPER: Code = Code::new("http://snomed.info/sct", "159541003", "Record keeping/library clerk");

/// Types of the application's, the server's and the person's agent.
fn types(kind: Kind) -> [Code; 3] {
    match kind {
        // A read transfers data from the server to the application. A search, a create and an
        // update send data to the server.
        Kind::Rest(Verb::Read) => [DESTINATION, SOURCE, RECIPIENT],
        Kind::Rest(Verb::Search) => [SOURCE, DESTINATION, RECIPIENT],
        Kind::Rest(Verb::Create | Verb::Update) => [SOURCE, DESTINATION, AUTHOR],
        Kind::Rest(Verb::Delete) => [APPLICATION, CUSTODIAN, KEEPER],
        Kind::AccessToken => [APPLICATION, OAUTH_SERVER, RECIPIENT],
        Kind::ConsentDecision => [APPLICATION, AUTH_SERVER, RECIPIENT],
        Kind::Login | Kind::Logout | Kind::SessionKept => [APPLICATION, AUTH_SERVER, HUMAN],
        Kind::Export | Kind::Disclosure => [DESTINATION, SOURCE, HUMAN],
        Kind::Import => [SOURCE, DESTINATION, HUMAN],
        _ => [APPLICATION, DESTINATION, HUMAN],
    }
}

/// All agents, the application first.
pub(crate) fn agents(facts: &Facts<'_>) -> Vec<Value> {
    let [client_type, server_type, user_type] = types(facts.kind);
    let mut agents = match facts.kind {
        Kind::Disclosure => recipient(facts).into_iter().collect(),
        _ => vec![client(facts, client_type)],
    };
    if facts.kind == Kind::ConsentDecision {
        // BALP requires an authorizer without a network.
        agents.push(
            json!({ "type": AUTH_SERVER.concept(), "who": identified("service", facts.service), "requestor": false }),
        );
        if let Some(organization) = facts.organization {
            let who = identified("organization", organization);
            agents.push(
                json!({ "type": role_class("PROV", "healthcare provider").concept(), "who": who, "requestor": false }),
            );
        }
    } else {
        agents.push(server(facts, server_type));
    }
    if let (Kind::Disclosure, Some(organization)) = (facts.kind, facts.organization) {
        let who = identified("organization", organization);
        agents.push(json!({ "type": RECORD_KEEPER.concept(), "who": who, "requestor": false }));
    }
    agents.extend(user(facts, user_type));
    agents
}

fn client(facts: &Facts<'_>, code: Code) -> Value {
    let who = match facts.actor {
        Actor::Person {
            device: Some(device), ..
        } => identified("device", device),
        Actor::Person { device: None, .. } | Actor::Nobody => json!({ "display": "unknown application" }),
        Actor::Machine { id } => identified("client", id),
        Actor::Worker { name } => identified("worker", name),
    };
    let mut agent = json!({ "type": code.concept(), "who": who, "requestor": !facts.has_user() });
    if let Some(address) = facts.client_address {
        agent["network"] = json!({ "address": address, "type": "2" });
    } else if let Actor::Worker { .. } = facts.actor {
        agent["network"] = machine(facts.service);
    }
    if !facts.has_user() && facts.kind != Kind::ConsentDecision {
        add(&mut agent, "purposeOfUse", purposes(facts));
    }
    agent
}

fn server(facts: &Facts<'_>, code: Code) -> Value {
    json!({
        "type": code.concept(),
        "who": identified("service", facts.service),
        "requestor": false,
        "network": machine(facts.service),
    })
}

fn user(facts: &Facts<'_>, code: Code) -> Option<Value> {
    let Actor::Person { id, roles, .. } = facts.actor else {
        return None;
    };
    let mut agent = json!({ "type": code.concept(), "who": identified("user", id), "requestor": true });
    let roles = roles
        .iter()
        .map(|role| json!({ "coding": [{ "system": ROLE_SYSTEM, "code": role }] }));
    add(&mut agent, "role", roles.collect());
    add(&mut agent, "purposeOfUse", purposes(facts));
    Some(agent)
}

fn recipient(facts: &Facts<'_>) -> Option<Value> {
    let recipient = facts.recipient?;
    let mut agent = json!({ "type": DESTINATION.concept(), "who": { "display": recipient.name }, "requestor": false });
    if let Some(address) = recipient.address {
        let kind = match address {
            mail if mail.contains('@') => "4",
            uri if uri.contains("://") => "5",
            number if number.bytes().all(|b| b.is_ascii_digit() || b" +()-./".contains(&b)) => "3",
            _ => "1",
        };
        agent["network"] = json!({ "address": address, "type": kind });
    }
    Some(agent)
}

/// A host by name: our services are known by theirs.
fn machine(name: &str) -> Value {
    json!({ "address": name, "type": "1" })
}

fn add(agent: &mut Value, member: &str, values: Vec<Value>) {
    if !values.is_empty() {
        agent[member] = Value::Array(values);
    }
}
