//! What every page shows of an error in the same way: the culprit, what was raised, the lines of its
//! example, and how often an agent has it.

use super::chart;
use super::markup::{Markup, put};
use crate::report::number::grouped;
use crate::report::understanding::{CulpritPlace, Example, RaisedException};

/// The place in the agent's code; `label` is what the place is called.
pub fn culprit(markup: &mut Markup, label: &str, culprit: &CulpritPlace) {
    put!(
        markup,
        "<dt>{}</dt><dd><strong>{}</strong> <code>{}:{}</code>",
        label,
        culprit.bundle,
        culprit.file,
        culprit.line
    );
    if let Some(function) = &culprit.function {
        put!(markup, " in <code>{}</code>", function);
    }
    if let Some(source) = &culprit.source {
        put!(markup, "<code class=\"source\">{}</code>", source.trim());
    }
    put!(markup, "</dd>");
}

/// What was raised.
pub fn raised(markup: &mut Markup, raised: &RaisedException) {
    put!(
        markup,
        "<dt>Raised</dt><dd><code>{}: {}</code></dd>",
        raised.name,
        raised.message
    );
}

/// An example's lines, each behind `margin`; the event's own stand out from their neighbours on the
/// thread.
pub fn log(markup: &mut Markup, margin: &str, example: &Example) {
    put!(markup, "<pre class=\"log\" tabindex=\"0\">");
    for line in &example.before {
        put!(markup, "{}{}\n", margin, line);
    }
    put!(markup, "<b>");
    for line in &example.lines {
        put!(markup, "{}{}\n", margin, line);
    }
    put!(markup, "</b>");
    for line in &example.after {
        put!(markup, "{}{}\n", margin, line);
    }
    put!(markup, "</pre>");
}

/// A count in a table's cell, the warmer the nearer it is to the largest.
pub fn heat_cell(markup: &mut Markup, count: u64, largest: u64) {
    let shown = if count == 0 {
        "·".to_owned()
    } else {
        grouped(count)
    };
    put!(
        markup,
        "<td class=\"num heat heat-{}\" data-value=\"{}\">{}</td>",
        chart::heat(count, largest),
        count,
        shown
    );
}
