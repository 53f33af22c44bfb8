//! The route table of nginx and the upstream addresses.

use super::File;
use crate::services::Services;

pub fn files(services: &Services) -> Vec<File> {
    vec![
        File::new("deploy/nginx/routes.conf", "#", &routes(services)),
        File::new("deploy/nginx/upstreams.conf", "#", &upstreams(services)),
    ]
}

fn routes(services: &Services) -> String {
    let mut text = "\
# One line a route, matched by path element as in Kubernetes: `/api/v1/x` and all below it, never
# `/api/v1/xy`. What is not named here is answered 404; a service's /health, /internal and /metrics
# are never routed.
"
    .to_owned();
    let routes = services.routes();
    let width = routes.iter().map(|route| route.path.len()).max().unwrap_or_default();
    for route in &routes {
        let (path, service) = (route.path, route.service);
        let location = if route.exact {
            format!("= {path}")
        } else {
            format!("~ ^{}(/|$)", path.replace('.', r"\."))
        };
        let place = width + "~ ^(/|$)".len();
        let target = format!("{path};");
        let set = width + 1;
        text += &format!("location {location:place$} {{ set $route {target:set$} proxy_pass http://{service}; }}\n");
    }
    text
}

/// The same ports on every machine and in compose, where all services share a loopback.
fn upstreams(services: &Services) -> String {
    let mut text = String::new();
    for service in services.iter().filter(|service| !service.routes.is_empty()) {
        text += &format!(
            "upstream {} {{ server 127.0.0.1:{}; keepalive 16; keepalive_timeout 2s; }}\n",
            service.name, service.port
        );
    }
    text
}

#[test]
fn a_route_of_one_path_and_a_longer_route_come_before_those_that_hold_them() {
    let row = |name, port, routes| {
        format!("[[service]]\nname = '{name}'\nport = {port}\nschema = '{name}'\npurpose = ''\nroutes = {routes}\n")
    };
    let text = row("a", 1, "['/api', '/.well-known']") + &row("b", 2, "['= /', '/api/v1', '= /.well-known/jwks.json']");
    let table = routes(&toml::from_str(&text).unwrap());
    let locations: Vec<_> = table
        .lines()
        .filter_map(|line| line.strip_prefix("location ")?.split_once(" {"))
        .map(|(location, rest)| (location.trim(), rest.rsplit("http://").next().unwrap()))
        .collect();
    assert_eq!(
        locations,
        [
            ("= /.well-known/jwks.json", "b; }"),
            ("= /", "b; }"),
            ("~ ^/api/v1(/|$)", "b; }"),
            ("~ ^/api(/|$)", "a; }"),
            (r"~ ^/\.well-known(/|$)", "a; }"),
        ]
    );
}
