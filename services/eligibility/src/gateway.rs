//! Payers, over CAQH CORE envelopes.

mod envelope;
mod error;
mod payer;

pub use error::PayerError;
pub use payer::{FIELDS, Payer, PayerResponse};

use crate::config::{InquirySettings, PayerSettings};
use mc_keyring::Secrets;
use mc_upstream::{Hooks, SetupError};
use mc_vocabulary::Clock;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A setting of a payer is wrong.
#[derive(Debug, thiserror::Error)]
pub enum PayersError {
    /// Every inquiry names the originator of its trace number.
    #[error("inquiry.trace_originator: expected ten letters and digits")]
    TraceOriginator,
    /// A payer without payer ids could never be queried.
    #[error("payers.{0}.payer_ids: expected at least one")]
    NoPayerId(String),
    /// Two payers have one payer id.
    #[error("payers.{0}.payer_ids: another payer has one of them")]
    SharedPayerId(String),
    /// The upstream's settings.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// The payers that we are connected to.
pub struct Payers {
    list: Vec<Arc<Payer>>,
}

impl Payers {
    /// The payers of the settings that are enabled.
    ///
    /// # Errors
    /// Naming the payer and the setting that is wrong.
    pub fn new(
        settings: &BTreeMap<String, PayerSettings>,
        inquiry: &InquirySettings,
        secrets: &Secrets,
        clock: &Clock,
        hooks: &Hooks,
    ) -> Result<Self, PayersError> {
        let originator = inquiry.trace_originator.as_bytes();
        if originator.len() != 10 || !originator.iter().all(u8::is_ascii_alphanumeric) {
            return Err(PayersError::TraceOriginator);
        }
        let mut taken = BTreeSet::new();
        let mut list = Vec::new();
        for (name, settings) in settings.iter().filter(|(_, settings)| settings.enabled) {
            if settings.payer_ids.is_empty() {
                return Err(PayersError::NoPayerId(name.clone()));
            }
            if !settings.payer_ids.iter().all(|id| taken.insert(id)) {
                return Err(PayersError::SharedPayerId(name.clone()));
            }
            let payer = Payer::new(name, settings, inquiry, secrets.clone(), clock, hooks.clone())?;
            list.push(Arc::new(payer));
        }
        Ok(Self { list })
    }

    /// The payer with this payer id.
    pub fn find(&self, payer_id: &str) -> Option<&Arc<Payer>> {
        self.list.iter().find(|payer| payer.answers_for(payer_id))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Payer>> {
        self.list.iter()
    }
}
