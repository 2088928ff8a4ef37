//! The API as its users meet it: GraphQL through the real router, on both databases, whole answers.

mod agent;
mod archive;
mod attacks;
mod catch_up;
mod categories;
mod commands;
mod counts;
mod days;
mod differential;
mod digest;
mod documents;
mod examples;
mod facets;
mod faults;
mod fetch;
mod filters;
mod gate;
mod guide;
mod http;
mod import;
mod metrics;
mod names;
mod names_follow;
mod nested;
mod outputs;
mod page;
mod pages;
mod property;
mod random_content;
mod rate;
mod related;
mod repair;
mod schema;
mod search;
mod secured;
mod selection;
mod series;
mod statements;
mod stories;
mod summarise;
mod support;
mod tables;
mod tags;
mod texts;
mod walks;

/// How many tokens a text has for a language model (`o200k_base`).
fn tokens(text: &str) -> usize {
    precis::text::tokens::count(text)
}
