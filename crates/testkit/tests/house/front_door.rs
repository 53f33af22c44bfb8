//! One route table: the front door's and the ingress's are the same.

use crate::source::root;
use std::{collections::BTreeSet, fs};

/// What stands in `line` between `before` and `after`.
fn between<'a>(line: &'a str, before: &str, after: &[char]) -> Option<&'a str> {
    let rest = line.split_once(before)?.1;
    rest.split(after).next().map(str::trim)
}

/// Prefix and service of every line of `file` that `read` understands.
fn table(file: &str, read: impl Fn(&str) -> Option<(String, String)>) -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(root().join(file)).unwrap();
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(read)
        .collect()
}

#[test]
fn the_front_door_and_the_ingress_have_one_route_table() {
    let front_door = table("deploy/nginx/routes.conf", |line| {
        Some((
            between(line, "location ~ ^", &['('])?.to_owned(),
            between(line, "proxy_pass http://", &[';'])?.to_owned(),
        ))
    });
    let ingress = table("k8s/base/ingress/ingress.yaml", |line| {
        Some((
            between(line, "{ path: ", &[','])?.to_owned(),
            between(line, "name: medconnect-", &[','])?.to_owned(),
        ))
    });
    assert!(
        front_door.len() >= 13,
        "the route table was not understood: {front_door:?}"
    );
    assert_eq!(front_door, ingress);
}
