//! A page that stands alone: one file, no network, its own style and script, landmarks and a table
//! of contents. Knows nothing of what the page is about.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::markup::{Markup, put, unix_lines};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What stands above the sections.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The page's title.
    pub title: &'a str,
    /// Where it comes from: label and value.
    pub about: &'a [(&'a str, String)],
    /// The program that made it.
    pub made_by: &'a str,
    /// The sections.
    pub contents: &'a [Contents<'a>],
}

/// A line of the table of contents.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    /// The section's id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// How many things are in it.
    pub count: Option<u64>,
}

/// Writes a whole page around what `body` writes.
pub fn page(markup: &mut Markup, head: &Head<'_>, body: impl FnOnce(&mut Markup)) {
    put!(
        markup,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    );
    put!(
        markup,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'\">\n",
        hash(STYLE),
        hash(SCRIPT),
    );
    put!(
        markup,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    );
    put!(
        markup,
        "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
    );
    put!(
        markup,
        "<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>",
        head.title
    );
    markup.append_source(STYLE);
    put!(
        markup,
        "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the report</a>\n"
    );
    header(markup, head);
    put!(markup, "<div class=\"columns\">\n");
    contents(markup, head.contents);
    put!(markup, "<main id=\"content\" tabindex=\"-1\">\n");
    body(markup);
    put!(
        markup,
        "</main>\n</div>\n<footer>Made by {}. Times are the logs' own, local and without a zone.</footer>\n<script>",
        head.made_by
    );
    markup.append_source(SCRIPT);
    put!(markup, "</script>\n</body>\n</html>\n");
}

fn header(markup: &mut Markup, head: &Head<'_>) {
    put!(
        markup,
        "<header class=\"top\">\n<h1>{}</h1>\n<dl class=\"about\">",
        head.title
    );
    for (label, value) in head.about {
        put!(markup, "<div><dt>{}</dt><dd>{}</dd></div>", label, value);
    }
    put!(
        markup,
        "</dl>\n<button type=\"button\" id=\"theme\" hidden>Dark</button>\n</header>\n"
    );
}

fn contents(markup: &mut Markup, contents: &[Contents<'_>]) {
    put!(
        markup,
        "<nav class=\"contents\" aria-label=\"Contents\">\n<ol>"
    );
    for line in contents {
        put!(markup, "<li><a href=\"#{}\">{}", line.id, line.title);
        if let Some(count) = line.count {
            put!(
                markup,
                " <span class=\"n\">{}</span>",
                crate::report::number::grouped(count)
            );
        }
        put!(markup, "</a></li>");
    }
    put!(markup, "</ol>\n</nav>\n");
}

/// A section with its heading.
pub fn section(markup: &mut Markup, id: &str, title: &str, body: impl FnOnce(&mut Markup)) {
    put!(
        markup,
        "<section id=\"{}\" aria-labelledby=\"{}-h\">\n<h2 id=\"{}-h\">{}</h2>\n",
        id,
        id,
        id,
        title
    );
    body(markup);
    put!(markup, "</section>\n");
}

/// Something that must be known before reading on.
pub fn notice(markup: &mut Markup, label: &str, sentence: &str) {
    put!(
        markup,
        "<p class=\"notice\"><strong>{}</strong> {}</p>\n",
        label,
        sentence
    );
}

/// A key number with its words; `body` may draw below it.
pub fn tile(
    markup: &mut Markup,
    number: &str,
    label: &str,
    note: &str,
    body: impl FnOnce(&mut Markup),
) {
    put!(
        markup,
        "<div class=\"tile\"><dt>{}</dt><dd><span class=\"big\">{}</span>",
        label,
        number
    );
    put!(markup, "<span class=\"note\">{}</span>", note);
    body(markup);
    put!(markup, "</dd></div>\n");
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column<'a> {
    /// Words.
    Words(&'a str),
    /// A number: set to the right, sorted by its size.
    Number(&'a str),
    /// A drawing; not sorted.
    Drawing(&'a str),
}

/// Begins a table that can be sorted when scripts are on, inside a box that scrolls sideways.
pub fn table_begin(markup: &mut Markup, caption: &str, columns: &[Column<'_>]) {
    put!(
        markup,
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">\n",
        caption
    );
    put!(
        markup,
        "<table class=\"sortable\"><caption>{}</caption><thead><tr>",
        caption
    );
    for column in columns {
        match column {
            Column::Words(name) => put!(markup, "<th scope=\"col\">{}</th>", name),
            Column::Number(name) => put!(markup, "<th scope=\"col\" class=\"num\">{}</th>", name),
            Column::Drawing(name) => put!(markup, "<th scope=\"col\" class=\"draw\">{}</th>", name),
        }
    }
    put!(markup, "</tr></thead><tbody>\n");
}

/// Ends it.
pub fn table_end(markup: &mut Markup) {
    put!(markup, "</tbody></table></div>\n");
}

/// The hash by which the page's policy knows a style or script.
fn hash(source: &str) -> String {
    STANDARD.encode(Sha256::digest(unix_lines(source).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_nothing_and_runs_only_its_own_script() {
        for source in [STYLE, SCRIPT] {
            for outside in [
                "http:",
                "https:",
                "//fonts",
                "@import",
                "url(",
                "eval(",
                "innerHTML",
                "</s",
            ] {
                assert!(!source.contains(outside), "{outside}");
            }
        }
        let mut markup = Markup::default();
        let head = Head {
            title: "t",
            about: &[],
            made_by: "m",
            contents: &[],
        };
        page(&mut markup, &head, |_| {});
        let text = markup.as_str();
        assert_eq!(text.matches("<script>").count(), 1);
        assert!(
            text.contains("default-src &#39;none&#39;") || text.contains("default-src 'none'"),
            "{text}"
        );
    }

    #[test]
    fn the_policys_hashes_do_not_depend_on_a_checkouts_line_ends() {
        assert_eq!(hash("a\r\nb\n"), hash("a\nb\n"));
        // printf 'abc' | openssl dgst -sha256 -binary | base64
        assert_eq!(hash("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
