//! The tables of schema `auth`. The only place with SQL.

pub mod clients;
pub mod organizations;
pub mod sessions;
pub mod sign_in_sources;
pub mod users;

use mc_vocabulary::Role;

/// Roles from their column. An unknown value grants nothing.
fn roles(names: Vec<String>) -> Vec<Role> {
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

fn role_names(roles: &[Role]) -> Vec<String> {
    roles.iter().map(ToString::to_string).collect()
}
