//! Bursts with what came just before each, and the numbers behind the overview's chart.

use super::markup::{Markup, put};
use super::page::{Column, table_begin, table_end};
use crate::report::number::grouped;
use crate::report::understanding::{Burst, Timeline};
use crate::report::wording::{bucket_words, burst_words, to_second};

pub(super) fn when(markup: &mut Markup, timeline: &Timeline) {
    if timeline.buckets.is_empty() {
        put!(
            markup,
            "<p class=\"quiet\">Nothing lies in the window.</p>\n"
        );
        return;
    }
    put!(
        markup,
        "<p class=\"quiet\">The <a href=\"#overview\">overview</a> draws failures and work over time. A burst is an interval far above the window's own rate.</p>\n"
    );
    if timeline.bursts.is_empty() {
        put!(markup, "<p>There was no burst.</p>\n");
    }
    for (number, burst) in timeline.bursts.iter().enumerate() {
        draw(markup, number + 1, burst);
    }
    numbers(markup, timeline);
}

fn draw(markup: &mut Markup, number: usize, burst: &Burst) {
    put!(
        markup,
        "<article class=\"burst {}\" id=\"burst-{}\">\n",
        if burst.what == "errors" {
            "of-errors"
        } else {
            "of-work"
        },
        number
    );
    put!(
        markup,
        "<h3><span class=\"number\">{}</span> {} {}</h3>\n",
        number,
        grouped(burst.events),
        burst_words(&burst.what)
    );
    put!(
        markup,
        "<p>From {} to {}: <strong>{}</strong> a minute; in the window as a whole {} a minute.</p>\n",
        to_second(&burst.start),
        to_second(&burst.end),
        burst.per_minute,
        burst.usual_per_minute
    );
    if burst.before.is_empty() {
        put!(
            markup,
            "<p class=\"quiet\">Nothing was seen just before it.</p>\n"
        );
    } else {
        put!(markup, "<h4>Just before</h4>\n<ol class=\"before\">\n");
        for before in &burst.before {
            put!(
                markup,
                "<li><time>{}</time> <span class=\"what\">{}</span> <code>{}</code></li>\n",
                to_second(&before.at),
                before.what,
                before.text
            );
        }
        put!(markup, "</ol>\n");
    }
    put!(markup, "</article>\n");
}

fn numbers(markup: &mut Markup, timeline: &Timeline) {
    let columns = [
        Column::Words("From"),
        Column::Number("Records"),
        Column::Number("Failures"),
        Column::Number("Noise"),
        Column::Number("Searches"),
        Column::Number("Updates"),
        Column::Number("Plug-in starts"),
    ];
    put!(
        markup,
        "<details class=\"apart\"><summary><h3>All numbers</h3> <span class=\"quiet\">{} a row</span></summary>\n",
        bucket_words(timeline.bucket_s)
    );
    table_begin(markup, "Failures and work over time", &columns);
    for bucket in &timeline.buckets {
        put!(markup, "<tr><th scope=\"row\">{}</th>", bucket.start);
        let values = [
            bucket.records,
            bucket.errors,
            bucket.noise,
            bucket.searches,
            bucket.updates,
            bucket.starts,
        ];
        for value in values {
            put!(markup, "<td class=\"num\">{}</td>", grouped(value));
        }
        put!(markup, "</tr>\n");
    }
    table_end(markup);
    put!(markup, "</details>\n");
}
