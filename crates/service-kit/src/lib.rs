#![doc = include_str!("../README.md")]

mod breakers;
mod command;
mod health;
mod kit;
mod service;
mod sessions;
mod settings;
mod transport;
mod worker;

pub use breakers::BreakerSubject;
pub use command::{CommandFuture, run, run_with};
pub use health::{evidence, sealed_evidence};
pub use kit::{Count, Kit, LongReads};
pub use service::{BuildFuture, Owner, Service};
pub use settings::{BrokerSettings, CommonSettings, Settings};
pub use worker::{Next, Turn, Worker};
