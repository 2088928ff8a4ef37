//! The response, to bytes: answers are copied as they are, ordinary values are written, and fields
//! come in the order in which they were asked for, whichever was ready first.

use async_graphql::{Name, Response, ServerError, Value, indexmap::IndexMap};

use super::{
    root::may_be_null,
    select::{Asked, Document, Fields},
    write::write_text,
};

/// The body of a response to this document, of which `data` is the executed part.
pub(super) fn write(response: &Response, document: Document) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096);
    out.extend_from_slice(b"{\"data\":");
    write_data(&response.data, &document, &mut out);
    write_errors(&response.errors, &mut out);
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

/// Whether nothing of what was asked for is in the answer.
pub(super) fn is_empty(response: &Response, document: &Document) -> bool {
    let roots = document.roots();
    match fields(&response.data, &roots) {
        Some(object) => object.values().all(|value| *value == Value::Null),
        None => !roots.is_empty(),
    }
}

/// The fields of `data`. A root field that failed and may not be null takes all of them with it (GraphQL,
/// section 6.4.4).
fn fields<'d>(data: &'d Value, roots: &Fields) -> Option<&'d IndexMap<Name, Value>> {
    let Value::Object(object) = data else { return None };
    let failed = |(key, asked): (&&str, &Asked)| {
        object.get(*key).unwrap_or(&Value::Null) == &Value::Null && !may_be_null(asked.name())
    };
    (!roots.iter().any(failed)).then_some(object)
}

fn write_data(data: &Value, document: &Document, out: &mut Vec<u8>) {
    let roots = document.roots();
    match fields(data, &roots) {
        _ if roots.is_empty() => out.extend_from_slice(b"{}"),
        Some(object) => write_object(object, &roots, document, out),
        None => out.extend_from_slice(b"null"),
    }
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
        Value::Binary(json) => out.extend_from_slice(json),
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
