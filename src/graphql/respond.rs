//! The response, to bytes: what was written of each root field is copied, in the order in which they were asked for;
//! what async-graphql says about the schema is written in the order of its selection.

use std::collections::HashMap;

use async_graphql::{Name, ServerError, Value, indexmap::IndexMap};

use super::{
    root::Answered,
    select::{Asked, Document, Fields},
    write::write_text,
};

/// The body of a response that was executed. A root field that failed and may not be null takes all of them with it.
pub(super) fn write(roots: &[Answered], errors: &[ServerError]) -> Vec<u8> {
    let size: usize = roots.iter().map(|root| root.key.len() + root.json.as_ref().map_or(4, Vec::len) + 4).sum();
    let mut out = Vec::with_capacity(size + 64);
    out.extend_from_slice(b"{\"data\":");
    if roots.iter().any(Answered::is_fatal) {
        out.extend_from_slice(b"null");
    } else {
        let mut before = b'{';
        for Answered { key, json, .. } in roots {
            out.push(before);
            write_text(key, &mut out);
            out.push(b':');
            out.extend_from_slice(json.as_deref().unwrap_or(b"null"));
            before = b',';
        }
        out.extend_from_slice(if before == b'{' { b"{}" } else { b"}" });
    }
    write_errors(errors, &mut out);
    out.push(b'}');
    out
}

/// The body of a response to a document that was not executed.
pub(super) fn refuse(errors: &[ServerError]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.push(b'{');
    write_errors(errors, &mut out);
    out.push(b'}');
    out
}

/// What is known of the schema, by the keys under which it was asked for.
pub(super) fn introspected(data: &Value, document: &Document) -> HashMap<String, Vec<u8>> {
    let Value::Object(object) = data else { return HashMap::new() };
    let written = |(key, asked): (&&str, &Asked)| {
        let mut out = Vec::with_capacity(4096);
        write_value(object.get(*key)?, asked, document, &mut out);
        Some(((*key).to_owned(), out))
    };
    document.roots().iter().filter_map(written).collect()
}

fn write_object(object: &IndexMap<Name, Value>, fields: &Fields, document: &Document, out: &mut Vec<u8>) {
    let mut before = b'{';
    for (key, asked) in fields {
        if let Some(value) = object.get(*key) {
            out.push(before);
            write_text(key, out);
            out.push(b':');
            write_value(value, asked, document, out);
            before = b',';
        }
    }
    out.extend_from_slice(if before == b'{' { b"{}" } else { b"}" });
}

fn write_value(value: &Value, asked: &Asked, document: &Document, out: &mut Vec<u8>) {
    match value {
        Value::Object(object) => match document.collect(asked.selections(), |_| true) {
            fields if fields.is_empty() => write_json(value, out),
            fields => write_object(object, &fields, document, out),
        },
        Value::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, asked, document, out);
            }
            out.push(b']');
        }
        scalar => write_json(scalar, out),
    }
}

fn write_errors(errors: &[ServerError], out: &mut Vec<u8>) {
    if !errors.is_empty() {
        out.extend_from_slice(if out.len() > 1 { b",\"errors\":" } else { b"\"errors\":" });
        write_json(&errors, out);
    }
}

fn write_json(value: &impl serde::Serialize, out: &mut Vec<u8>) {
    // A Vec takes every write, and these values have only text for keys.
    let _ = serde_json::to_writer(out, value);
}
