//! The base of each service, the Ingress, the HTTPRoutes, and the resources of test mode.

use super::File;
use crate::{
    services::{Secrets, Service, Services, Settings},
    source::root,
};
use std::{collections::BTreeMap, fs};

pub fn files(services: &Services) -> Vec<File> {
    let mut files: Vec<_> = services
        .iter()
        .map(|service| {
            let path = format!("k8s/base/{}/kustomization.yaml", service.name);
            File::new(path, "#", &base(services, service))
        })
        .collect();
    files.push(File::new("k8s/base/kustomization.yaml", "#", &whole(services)));
    files.push(File::new("k8s/base/ingress/ingress.yaml", "#", &ingress(services)));
    files.push(File::new(
        "k8s/components/gateway/http-routes.yaml",
        "#",
        &http_routes(services),
    ));
    files.push(File::new(
        "k8s/components/test-mode/kustomization.yaml",
        "#",
        &test_mode(services),
    ));
    files
}

fn whole(services: &Services) -> String {
    let names: Vec<_> = services.product().map(|service| service.name.as_str()).collect();
    format!(
        "# The product; the dev overlay adds test mode (components/test-mode).\n{KUSTOMIZATION}resources: [namespace, ingress, {}]\n",
        names.join(", ")
    )
}

fn base(services: &Services, service: &Service) -> String {
    let name = &service.name;
    let folder = root().join("k8s/base").join(name);
    let mut resources = vec!["../every-service".to_owned()];
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file != "kustomization.yaml" {
            resources.push(file);
        }
    }
    resources.sort();
    let mut text = format!("{KUSTOMIZATION}resources: [{}]\n", resources.join(", "));
    if !service.upstreams.is_empty() {
        text += &format!(
            "# {}\ncomponents: [../../components/calls-outside]\n",
            service.upstreams.join(", ")
        );
    }
    text += &format!(
        "nameSuffix: -{name}\n\
         labels:\n  - pairs: {{ app.kubernetes.io/name: {name} }}\n    includeSelectors: true\n\
         images:\n  - {{ name: medconnect, newName: medconnect/{name} }}\n\
         patches:\n"
    );
    text += &deployment_patch("", &secret_items(&service.secrets));
    text += &policy_patch("", &callers(&service.callers), &services.callees(name, false));
    text += "configMapGenerator:\n  - name: settings\n    literals:\n";
    text += &format!("      - {}=0.0.0.0:8080\n", service.variable("http.bind"));
    text += &format!(
        "      - {}=http://collector.monitoring:4318\n",
        service.variable("telemetry.otlp_endpoint")
    );
    text += &literals(services, service, &service.settings);
    text + "transformers: [../every-service/name-the-secret]\n"
}

/// Settings as `NAME=value`, with addresses of the cluster.
fn literals(services: &Services, service: &Service, settings: &Settings) -> String {
    settings
        .iter()
        .map(|(setting, value)| {
            let value = services.fill(value, Service::cluster_address);
            format!("      - {}={value}\n", service.variable(setting))
        })
        .collect()
}

/// Key `<secret>.<field>` of the service's Secret becomes file `<secret>/<field>`.
fn secret_items(secrets: &Secrets) -> Vec<String> {
    let fields = secrets
        .iter()
        .flat_map(|(secret, fields)| fields.iter().map(move |field| (secret, field)));
    fields
        .map(|(secret, field)| format!("{{ key: {secret}.{field}, path: {secret}/{field} }}"))
        .collect()
}

fn deployment_patch(name: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut text = format!("  - target: {{ kind: Deployment{name} }}\n    patch: |\n");
    for item in items {
        text += &format!(
            "      - {{ op: add, path: /spec/template/spec/volumes/0/projected/sources/0/secret/items/-, value: {item} }}\n"
        );
    }
    text
}

/// Peers of a network policy, named in matchExpressions: the service's own label is added to every
/// matchLabels and must not select them.
fn callers(callers: &[String]) -> Vec<String> {
    let mut peers = Vec::new();
    let mut names = Vec::new();
    for caller in callers {
        match caller.as_str() {
            "front-door" => peers.push("namespaceSelector: { matchLabels: { medconnect.dev/front-door: \"true\" } }".to_owned()),
            "every-service" => peers.push(
                "podSelector: { matchExpressions: [{ key: app.kubernetes.io/component, operator: In, values: [service] }] }".to_owned(),
            ),
            name => names.push(name),
        }
    }
    peers.extend(pods(&names));
    peers
}

fn pods(names: &[&str]) -> Option<String> {
    let names = (!names.is_empty()).then(|| names.join(", "))?;
    Some(format!(
        "podSelector: {{ matchExpressions: [{{ key: app.kubernetes.io/name, operator: In, values: [{names}] }}] }}"
    ))
}

fn policy_patch(name: &str, callers: &[String], callees: &[&str]) -> String {
    let mut text = String::new();
    for (direction, word, peers) in [
        ("ingress", "from", callers),
        ("egress", "to", &Vec::from_iter(pods(callees))),
    ] {
        if !peers.is_empty() {
            text += &format!("      - op: add\n        path: /spec/{direction}/-\n        value:\n          {word}:\n");
            for peer in peers {
                text += &format!("            - {peer}\n");
            }
            text += "          ports: [{ port: http }]\n";
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("  - target: {{ kind: NetworkPolicy{name} }}\n    patch: |\n{text}")
}

fn ingress(services: &Services) -> String {
    let routes: String = services
        .routes()
        .iter()
        .map(|route| {
            let kind = if route.exact { "Exact" } else { "Prefix" };
            format!(
                "          - {{ path: {}, pathType: {kind}, backend: {{ service: {{ name: medconnect-{}, port: {{ name: http }} }} }} }}\n",
                route.path, route.service
            )
        })
        .collect();
    INGRESS.replace("@routes@", &routes)
}

/// One HTTPRoute per service: a route may have 16 rules at most.
fn http_routes(services: &Services) -> String {
    let mut by_service: BTreeMap<&str, String> = BTreeMap::new();
    for route in services.routes() {
        let kind = if route.exact { "Exact" } else { "PathPrefix" };
        *by_service.entry(route.service).or_default() += &format!(
            "    - matches: [{{ path: {{ type: {kind}, value: {} }} }}]\n      backendRefs: [{{ name: medconnect-{}, port: 80 }}]\n",
            route.path, route.service
        );
    }
    let routes: Vec<_> = by_service
        .iter()
        .map(|(service, rules)| HTTP_ROUTE.replace("@service@", service).replace("@rules@\n", rules))
        .collect();
    routes.join("---\n")
}

fn test_mode(services: &Services) -> String {
    let only: Vec<_> = services.iter().filter(|service| service.test_mode_only).collect();
    let resources: Vec<_> = only
        .iter()
        .map(|service| format!("../../base/{}", service.name))
        .collect();
    let mut text = format!(
        "# Test mode: its upstreams, and what the services need to use them.\n\
         apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [{}]\nconfigMapGenerator:\n",
        resources.join(", ")
    );
    for service in services.iter().filter(|service| !service.test_mode.settings.is_empty()) {
        text += &format!(
            "  - name: settings-{}\n    behavior: merge\n    literals:\n",
            service.name
        );
        text += &literals(services, service, &service.test_mode.settings);
    }
    text += "patches:\n";
    for service in services.iter() {
        let name = format!(", name: medconnect-{}", service.name);
        text += &deployment_patch(&name, &secret_items(&service.test_mode.secrets));
        text += &policy_patch(
            &name,
            &callers(&service.test_mode.callers),
            &services.callees(&service.name, true),
        );
    }
    text
}

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

const INGRESS: &str = "\
# The front door in the cluster. It needs a controller that matches prefixes by path element;
# anything else that a controller offers is left at its default: limits of size and time live in
# the services. components/release sets the host. What is not named here is answered 404.
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: front-door
spec:
  tls:
    - { hosts: [medconnect.example.com], secretName: medconnect-tls }
  rules:
    - host: medconnect.example.com
      http:
        paths:
@routes@";

const HTTP_ROUTE: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: front-door-@service@
spec:
  parentRefs: [{ name: front-door }]
  hostnames: [medconnect.example.com]
  rules:
@rules@
";
