//! What auth remembers. The only place with SQL; plain functions over a connection.

pub mod clients;
pub mod organizations;
pub mod sessions;
pub mod users;

use mc_vocabulary::Role;

/// Roles as the table has them. A word that is not of the table is a fault of the data and gives no right.
fn roles(words: Vec<String>) -> Vec<Role> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}

fn words(roles: &[Role]) -> Vec<String> {
    roles.iter().map(ToString::to_string).collect()
}
