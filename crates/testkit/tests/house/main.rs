//! The rules of the house, as tests. They read the source as text and the manifests through cargo;
//! nothing is run.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod connections;
mod documents;
mod front_door;
mod generated;
mod kit;
mod manifests;
mod new_service;
mod rooms;
mod service_names;
mod services;
mod sizes;
mod source;
mod threat_model;
mod words;
