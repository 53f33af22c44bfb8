//! The users of the broker and their passwords: one for each service, and one for the operator.

use super::{Folder, ProvisionError, keys, services::Row};
use mc_contracts::topology::{OPERATOR, user_of};
use std::{collections::BTreeMap, fmt::Write};
use url::Url;

/// The file below `secrets/infra/rabbitmq`, as `deploy/rabbitmq/apply.sh` reads it: a user and its
/// password a line.
const FILE: &str = "accounts";

/// Passwords by user.
pub struct Accounts(BTreeMap<String, String>);

impl Accounts {
    /// The accounts of an earlier run, and new ones for services that have none.
    pub fn keep(rows: &[Row], secrets: &Folder) -> Result<Self, ProvisionError> {
        let folder = secrets.folder("infra")?.folder("rabbitmq")?;
        let known = folder.read(FILE)?.unwrap_or_default();
        let mut accounts: BTreeMap<_, _> = known
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(user, password)| (user.to_owned(), password.to_owned()))
            .collect();
        let services = rows.iter().filter(|row| row.secrets.contains_key("broker"));
        for name in services.map(|row| row.name.as_str()).chain([OPERATOR]) {
            if let std::collections::btree_map::Entry::Vacant(vacant) = accounts.entry(user_of(name)) {
                vacant.insert(keys::token()?);
            }
        }
        let mut text = String::new();
        for (user, password) in &accounts {
            let _ = writeln!(text, "{user} {password}");
        }
        folder.write(FILE, &text)?;
        Ok(Self(accounts))
    }

    /// The broker's address with the user of `service`.
    pub fn url(&self, broker: &Url, service: &str) -> Result<String, ProvisionError> {
        let user = user_of(service);
        let password = self.0.get(&user).map(String::as_str);
        let mut url = broker.clone();
        url.set_username(&user)
            .and_then(|()| url.set_password(password))
            .map_err(|()| ProvisionError::Address)?;
        Ok(url.into())
    }
}
