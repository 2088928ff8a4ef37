//! A digest in HTML as a page of its own: for a browser, a file, a mail.

use super::style::encode;

/// How the page looks: whoever allows nothing else has to allow this, as it stands. Words of any length stay within.
pub const STYLE: &str = "body{max-width:45em;margin:auto;padding:1em;font-family:sans-serif;overflow-wrap:anywhere}";

/// The page around a fragment.
pub fn page(title: &str, fragment: &str) -> String {
    let title = encode(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         {fragment}</html>\n"
    )
}
