//! Précis: a headless GraphQL content API.
//!
//! Data flows one way: [`http`] → [`graphql`] → [`content`] → [`db`]; what sources publish enters by
//! [`ingest`], which ends in [`content`] too. [`agent`] gives answers of [`graphql`] to agents, in pages of few tokens;
//! [`outputs`] are digests and feeds for those who ask without GraphQL. [`jobs`] is work that takes time, done under leases.
//! [`access`] knows who asks, and how much they may. [`cli`] has a file a command, [`app`] wires it all in one
//! place, and [`config`], [`clock`], [`logging`], [`metrics`], [`text`] and [`turns`] are leaves that anyone may
//! use.
//! ARCHITECTURE.md walks through it.

pub mod access;
pub mod agent;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod content;
pub mod db;
pub mod graphql;
pub mod http;
pub mod ingest;
pub mod jobs;
pub mod logging;
pub mod metrics;
pub mod outputs;
pub mod text;
pub mod turns;
