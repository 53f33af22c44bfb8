//! The roster of detection: workforce and networks.

use crate::{
    AppState,
    actions::compliance::{
        list_networks,
        set_member::{self, SetMember},
        set_networks,
    },
    routes::{LOG_FORBIDDEN_DETAIL, RECORDS_FORBIDDEN_DETAIL, validators::printable},
};
use actix_web::{HttpRequest, HttpResponse, get, put, web::Data};
use garde::Validate;
use mc_access::{Authorized, Operation, path_id};
use mc_chassis::http::{Body, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_detection::{Member, Network};
use mc_vocabulary::{PatientId, Permission, UserId, problem};
use serde::{Deserialize, Serialize};

/// A member of the workforce. Only keyed pseudonyms of the values are stored.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberBody {
    /// FHIR id of their own chart, if they are a patient.
    #[garde(skip)]
    #[serde(default)]
    patient_id: Option<PatientId>,
    /// Family name.
    #[garde(inner(length(chars, min = 1, max = 200)))]
    #[schema(min_length = 1, max_length = 200)]
    #[serde(default)]
    family_name: Option<String>,
    /// Address.
    #[garde(dive)]
    #[serde(default)]
    address: Option<AddressBody>,
}

/// An address.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    /// Street and number.
    #[garde(length(min = 1, max = 5), inner(length(chars, min = 1, max = 200)))]
    #[schema(min_items = 1, max_items = 5)]
    lines: Vec<String>,
    /// Postal code.
    #[garde(length(chars, min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    postal_code: String,
}

/// Which facts of a member are known, without the values.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MemberView {
    user_id: String,
    /// Whether their own chart is known.
    patient: bool,
    /// Whether their family name is known.
    family_name: bool,
    /// Whether their address is known.
    address: bool,
}

/// The networks of the organization.
#[derive(Deserialize, Serialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworksBody {
    #[garde(length(max = 1000), dive)]
    #[schema(max_items = 1000)]
    networks: Vec<NetworkBody>,
}

/// A network and its place.
#[derive(Deserialize, Serialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkBody {
    /// Addresses, as `192.0.2.0/24` or `2001:db8::/32`.
    #[garde(length(bytes, min = 3, max = 50), ascii)]
    #[schema(min_length = 3, max_length = 50)]
    addresses: String,
    /// Name of the place.
    #[garde(length(chars, min = 1, max = 100), custom(printable))]
    #[schema(min_length = 1, max_length = 100)]
    place: String,
    /// Degrees north.
    #[garde(range(min = -90.0, max = 90.0))]
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// Degrees east.
    #[garde(range(min = -180.0, max = 180.0))]
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
}

/// Enters a member of the workforce.
pub struct SetWorkforce;

impl Operation for SetWorkforce {
    const ACTION: &str = "audit.workforce.set";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = RECORDS_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<UserId>(request, "user_id") {
            Some(id) => record.entity("User", id),
            None => record,
        }
    }
}

/// Lists networks.
pub struct ListNetworks;

impl Operation for ListNetworks {
    const ACTION: &str = "audit.network.list";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Replaces the networks.
pub struct ReplaceNetworks;

impl Operation for ReplaceNetworks {
    const ACTION: &str = "audit.network.set";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = RECORDS_FORBIDDEN_DETAIL;
}

/// Enters a member of the workforce into the roster, by which detection recognizes the chart of a
/// colleague, relative or neighbour. Only keyed pseudonyms are stored; earlier values are replaced.
#[utoipa::path(tag = "detection", request_body = MemberBody, params(("user_id" = UserId, Path, description = "The member's account")), responses(
    (status = 200, description = "Known now", body = MemberView),
    (status = 400, description = "Unreadable id or body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A value is out of bounds", body = Problem),
))]
#[put("/workforce/{user_id}")]
pub async fn set_workforce(
    state: Data<AppState>,
    context: Authorized<SetWorkforce>,
    id: Path<UserId>,
    body: Body<MemberBody>,
) -> Result<HttpResponse, Problem> {
    let plain = SetMember {
        patient_id: body.value.patient_id,
        family_name: body.value.family_name,
        address: body.value.address.map(|address| (address.lines, address.postal_code)),
    };
    let member = set_member::execute(&context, &state, id.into_inner(), plain).await?;
    Ok(HttpResponse::Ok().json(MemberView::from(member)))
}

/// The networks of the organization, which detection uses to recognize impossible travel.
#[utoipa::path(tag = "detection", responses(
    (status = 200, description = "The networks", body = NetworksBody),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/networks")]
pub async fn get_networks(state: Data<AppState>, context: Authorized<ListNetworks>) -> Result<HttpResponse, Problem> {
    let networks = list_networks::execute(&context, &state).await?;
    Ok(HttpResponse::Ok().json(NetworksBody::from(networks)))
}

/// Replaces the networks of the organization. Addresses outside of them are not evaluated.
#[utoipa::path(tag = "detection", request_body = NetworksBody, responses(
    (status = 200, description = "The networks", body = NetworksBody),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A value is out of bounds", body = Problem),
))]
#[put("/networks")]
pub async fn replace_networks(
    state: Data<AppState>,
    context: Authorized<ReplaceNetworks>,
    body: Body<NetworksBody>,
) -> Result<HttpResponse, Problem> {
    let mut networks: Vec<Network> = Vec::new();
    for (place, recorded) in body.value.networks.iter().enumerate() {
        let network = Network::new(
            &recorded.addresses,
            &recorded.place,
            recorded.latitude,
            recorded.longitude,
        );
        let wrong = |detail: String| Problem::new(problem::UNPROCESSABLE).at(format!("/networks/{place}"), detail);
        let network = network.map_err(|error| wrong(error.to_string()))?;
        if networks.iter().any(|before| before.addresses == network.addresses) {
            return Err(wrong("these addresses stand there twice".to_owned()));
        }
        networks.push(network);
    }
    set_networks::execute(&context, &state, &networks).await?;
    Ok(HttpResponse::Ok().json(NetworksBody::from(networks)))
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            user_id: member.user_id,
            patient: member.patient.is_some(),
            family_name: member.family_key.is_some(),
            address: member.address_key.is_some(),
        }
    }
}

impl From<Vec<Network>> for NetworksBody {
    fn from(networks: Vec<Network>) -> Self {
        let network = |network: Network| NetworkBody {
            addresses: network.addresses.to_string(),
            place: network.place,
            latitude: network.latitude,
            longitude: network.longitude,
        };
        Self {
            networks: networks.into_iter().map(network).collect(),
        }
    }
}
