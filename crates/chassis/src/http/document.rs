//! The OpenAPI document of a routing table: what the routes declare, and what applies to all of
//! them.

use super::{FieldError, Problem, Routes};
use actix_web::App;
use std::collections::BTreeMap;
use utoipa::{
    PartialSchema,
    openapi::{
        Content, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Response, ResponseBuilder, Schema,
        SecurityRequirement,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

const PROBLEM: &str = "#/components/schemas/Problem";
const PROBLEM_JSON: &str = "application/problem+json";

/// The OpenAPI document of a routing table, without a server.
pub fn document(about: (&'static str, &'static str), routes: fn(&mut Routes)) -> OpenApi {
    let mut api = App::new()
        .into_utoipa_app()
        .openapi(base(about))
        .configure(routes)
        .split_for_parts()
        .1;
    for item in api.paths.paths.values_mut() {
        for (_, operation) in methods(item) {
            complete(operation);
        }
    }
    let schemas = &mut api.components.get_or_insert_default().schemas;
    schemas
        .entry("Problem".to_owned())
        .or_insert_with(<Problem as PartialSchema>::schema);
    schemas
        .entry("FieldError".to_owned())
        .or_insert_with(<FieldError as PartialSchema>::schema);
    api
}

/// The methods of every path, as listed in an `Allow` header (RFC 9110, 10.2.1).
pub fn allowed_methods(api: &OpenApi) -> BTreeMap<String, String> {
    let mut paths = api.paths.paths.clone();
    let allow = |item: &mut PathItem| methods(item).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    paths
        .iter_mut()
        .map(|(path, item)| (path.clone(), allow(item).join(", ")))
        .collect()
}

fn base((title, description): (&'static str, &'static str)) -> OpenApi {
    let mut api = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(title)
                .description(Some(description))
                .version(env!("CARGO_PKG_VERSION"))
                .build(),
        )
        .security(Some([SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]))
        .build();
    api.components.get_or_insert_default().security_schemes.insert(
        "bearer".to_owned(),
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .build(),
        )
        .into(),
    );
    api
}

fn methods(item: &mut PathItem) -> Vec<(&'static str, &mut Operation)> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("PATCH", patch),
    ]
    .into_iter()
    .filter_map(|(name, operation)| operation.as_mut().map(|operation| (name, operation)))
    .collect()
}

/// Adds the refusals of the platform, and the media type of every refusal.
fn complete(operation: &mut Operation) {
    let mut refusals = vec![("503", "A component that this request needs is unavailable")];
    if operation.security.is_none() {
        refusals.push(("401", "No valid token"));
    }
    if operation
        .parameters
        .as_ref()
        .is_some_and(|parameters| !parameters.is_empty())
    {
        refusals.push(("400", "A parameter is malformed"));
    }
    if reads_strictly(operation) {
        refusals.extend([
            ("400", "The body cannot be read"),
            ("413", "The body is too large"),
            ("415", "This route does not accept the media type of the body"),
            ("422", "A field is invalid"),
        ]);
    }
    for (status, description) in refusals {
        let documented = &mut operation.responses.responses;
        documented
            .entry(status.to_owned())
            .or_insert_with(|| refusal(description).into());
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            as_problem_json(response);
        }
    }
}

/// Whether the body has one of our schemas, as opposed to foreign bytes.
fn reads_strictly(operation: &Operation) -> bool {
    let Some(RefOr::T(body)) = &operation.request_body else {
        return false;
    };
    body.content
        .values()
        .any(|content| matches!(content, RefOr::T(content) if matches!(content.schema, Some(RefOr::Ref(_)))))
}

fn refusal(description: &str) -> Response {
    let schema: RefOr<Schema> = Ref::new(PROBLEM).into();
    ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, Content::new(Some(schema)))
        .build()
}

fn as_problem_json(response: &mut Response) {
    let is_problem = |content: &RefOr<Content>| matches!(content, RefOr::T(content) if matches!(&content.schema, Some(RefOr::Ref(at)) if at.ref_location == PROBLEM));
    if response.content.get("application/json").is_some_and(is_problem)
        && let Some(content) = response.content.shift_remove("application/json")
    {
        response.content.insert(PROBLEM_JSON.to_owned(), content);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{HttpResponse, post};

    #[derive(serde::Deserialize, utoipa::ToSchema)]
    struct Visit {
        #[expect(dead_code, reason = "used in the document only")]
        amount: u32,
    }

    #[utoipa::path(request_body = Visit, responses(
        (status = 201, description = "Created"),
        (status = 403, description = "Not allowed", body = Problem),
    ))]
    #[post("/visits")]
    async fn make() -> HttpResponse {
        HttpResponse::Created().finish()
    }

    #[test]
    fn what_applies_to_all_routes_is_documented_for_each() {
        let api = document(("A", "b"), |routes| {
            routes.service(make);
        });
        let documented = serde_json::to_value(&api).unwrap();
        let responses = documented["paths"]["/visits"]["post"]["responses"].as_object().unwrap();
        let statuses: Vec<_> = responses.keys().map(String::as_str).collect();
        assert_eq!(statuses, ["201", "400", "401", "403", "413", "415", "422", "503"]);
        assert_eq!(
            responses["403"]["content"]["application/problem+json"]["schema"]["$ref"],
            PROBLEM
        );
        assert!(responses["403"]["content"].get("application/json").is_none());
        assert!(documented["components"]["schemas"]["Problem"].is_object());
        assert_eq!(allowed_methods(&api)["/visits"], "POST");
    }
}
