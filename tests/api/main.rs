//! The API as its users meet it: GraphQL through the real router, on both databases, whole answers.

mod commands;
mod examples;
mod filters;
mod http;
mod import;
mod names;
mod names_follow;
mod nested;
mod pages;
mod property;
mod schema;
mod search;
mod selection;
mod statements;
mod support;
mod tables;
