//! Charts as inline SVG: they need no script, no style attribute and no font, take their colours
//! from the page's classes and tell their values in titles. Functions over numbers; they know
//! nothing of logs.

use super::markup::{Markup, put};
use crate::report::number::grouped;
use crate::report::trend::step;

/// One colour of a stacked column or bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What it counts.
    pub name: &'static str,
    /// The page's class for its colour: `c-errors`.
    pub class: &'static str,
    /// A count for each column.
    pub values: Vec<u64>,
}

/// Columns on one scale; the series stand on one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// What the scale counts.
    pub title: String,
    /// In units of the drawing, of which a column chart is [`Columns::width`] wide.
    pub height: u32,
    /// From the bottom up.
    pub series: Vec<Series>,
}

/// A stretch of columns set off, with a link to what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The first column.
    pub from: usize,
    /// The first column after it.
    pub to: usize,
    /// The panel that it stands in, counted from the top.
    pub panel: usize,
    /// The page's class for its colour: `b-errors`.
    pub class: &'static str,
    /// A word or number at its top.
    pub label: String,
    /// In words, for a pointer that rests on it.
    pub title: String,
    /// The id that it links to.
    pub target: String,
}

/// A chart of columns: one or more panels above one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// What a person who cannot see it is told.
    pub description: String,
    /// In units; 960 fills a page.
    pub width: u32,
    /// From the top down.
    pub panels: Vec<Panel>,
    /// What each column stands for, in words.
    pub labels: Vec<String>,
    /// Words below the axis, by their place counted in columns.
    pub ticks: Vec<(usize, String)>,
    /// Stretches set off.
    pub bands: Vec<Band>,
    /// Columns with a mark below them, each with what it means.
    pub marks: Vec<(usize, String)>,
}

const LEFT: f64 = 48.0;
const RIGHT: f64 = 12.0;
/// Above a panel stand its title and, below that, the numbers of its bursts.
const TOP: f64 = 40.0;
/// Between two panels, where the lower one's title stands.
const BETWEEN: f64 = 48.0;
const AXIS: f64 = 34.0;

/// Draws a chart of columns. Nothing is drawn for no column.
pub fn columns(markup: &mut Markup, chart: &Columns) {
    let n = chart.labels.len();
    if n == 0 {
        return;
    }
    let width = f64::from(chart.width);
    let pitch = (width - LEFT - RIGHT) / n as f64;
    let heights: f64 = chart
        .panels
        .iter()
        .map(|panel| f64::from(panel.height) + BETWEEN)
        .sum();
    let bottom = TOP + heights - BETWEEN;
    put!(
        markup,
        "<div class=\"chart\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
        chart.description,
        chart.width,
        bottom + AXIS,
        chart.description,
    );
    for band in &chart.bands {
        draw_band(markup, chart, band, pitch);
    }
    let mut top = TOP;
    for panel in &chart.panels {
        draw_panel(markup, chart, panel, top, pitch);
        top += f64::from(panel.height) + BETWEEN;
    }
    for (at, words) in &chart.ticks {
        let x = LEFT + *at as f64 * pitch;
        put!(
            markup,
            "<path class=\"tick\" d=\"M{} {}v5\"/>",
            round(x),
            bottom
        );
        // Words in the middle under the last edge would stick out of the chart.
        let class = if *at > 0 && *at >= chart.labels.len() {
            "tick end"
        } else {
            "tick"
        };
        put!(
            markup,
            "<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n",
            class,
            round(x),
            bottom + 18.0,
            words
        );
    }
    for (at, words) in &chart.marks {
        let x = LEFT + (*at as f64 + 0.5) * pitch;
        put!(
            markup,
            "<path class=\"mark\" d=\"M{} {}l4 7h-8z\"><title>{}</title></path>\n",
            round(x),
            bottom + 1.0,
            words
        );
    }
    columns_titles(markup, chart, pitch, bottom);
    for band in &chart.bands {
        label_band(markup, chart, band, pitch);
    }
    put!(markup, "</svg></div>\n");
}

/// Where a band's panel begins, and where it ends.
fn band_height(chart: &Columns, band: &Band) -> (f64, f64) {
    let height = |panel: &Panel| f64::from(panel.height);
    let above = chart.panels.iter().take(band.panel);
    let top = TOP + above.map(|panel| height(panel) + BETWEEN).sum::<f64>();
    (top, top + chart.panels.get(band.panel).map_or(0.0, height))
}

fn draw_band(markup: &mut Markup, chart: &Columns, band: &Band, pitch: f64) {
    let (top, foot) = band_height(chart, band);
    let width = ((band.to.max(band.from + 1) - band.from) as f64 * pitch).max(3.0);
    put!(
        markup,
        "<rect class=\"band {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
        band.class,
        round(LEFT + band.from as f64 * pitch),
        round(top - 18.0),
        round(width),
        round(foot - top + 18.0)
    );
}

/// The link stands above the columns' own titles, so that it can be clicked.
fn label_band(markup: &mut Markup, chart: &Columns, band: &Band, pitch: f64) {
    let (top, _) = band_height(chart, band);
    let columns = band.to.max(band.from + 1) - band.from;
    let middle = LEFT + (band.from as f64 + columns as f64 / 2.0) * pitch;
    put!(
        markup,
        "<a href=\"#{}\" class=\"band-label {}\"><title>{}</title>",
        band.target,
        band.class,
        band.title
    );
    put!(
        markup,
        "<rect x=\"{}\" y=\"{}\" width=\"18\" height=\"16\" rx=\"4\"/>",
        round(middle - 9.0),
        round(top - 20.0)
    );
    put!(
        markup,
        "<text x=\"{}\" y=\"{}\">{}</text></a>\n",
        round(middle),
        round(top - 8.0),
        band.label
    );
}

fn draw_panel(markup: &mut Markup, chart: &Columns, panel: &Panel, top: f64, pitch: f64) {
    let height = f64::from(panel.height);
    let foot = top + height;
    let sums = |column: usize| -> u64 {
        panel
            .series
            .iter()
            .map(|series| value(series, column))
            .sum()
    };
    let n = chart.labels.len();
    let largest = (0..n).map(sums).max().unwrap_or(0);
    let unit = nice_step(largest);
    let scale_end = largest.div_ceil(unit).max(1) * unit;
    put!(
        markup,
        "<text class=\"panel\" x=\"0\" y=\"{}\">{}</text>\n",
        round(top - 26.0),
        panel.title
    );
    for line in (0..=scale_end / unit).map(|line| line * unit) {
        let y = foot - height * line as f64 / scale_end as f64;
        put!(
            markup,
            "<path class=\"{}\" d=\"M{} {}H{}\"/>",
            if line == 0 { "axis" } else { "grid" },
            LEFT,
            round(y),
            f64::from(chart.width) - RIGHT
        );
        put!(
            markup,
            "<text class=\"scale\" x=\"{}\" y=\"{}\">{}</text>\n",
            LEFT - 6.0,
            round(y + 3.5),
            grouped(line)
        );
    }
    let gap = (pitch * 0.18).min(3.0);
    for series_index in 0..panel.series.len() {
        put!(
            markup,
            "<path class=\"{}\" d=\"",
            panel.series[series_index].class
        );
        for column in 0..n {
            let below: u64 = panel.series[..series_index]
                .iter()
                .map(|series| value(series, column))
                .sum();
            let here = value(&panel.series[series_index], column);
            if here == 0 {
                continue;
            }
            let of = |count: u64| height * count as f64 / scale_end as f64;
            // What is there is seen, however little beside the largest.
            let tall = of(here).max(1.5);
            let x = LEFT + column as f64 * pitch + gap / 2.0;
            put!(
                markup,
                "M{} {}v-{}h{}v{}z",
                round(x),
                round(foot - of(below)),
                round(tall),
                round(pitch - gap),
                round(tall)
            );
        }
        put!(markup, "\"/>\n");
    }
}

/// Invisible columns over the whole height, so that a pointer anywhere above a moment is told its
/// numbers.
fn columns_titles(markup: &mut Markup, chart: &Columns, pitch: f64, bottom: f64) {
    put!(markup, "<g class=\"hit\">");
    for (column, label) in chart.labels.iter().enumerate() {
        let x = LEFT + column as f64 * pitch;
        put!(
            markup,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}",
            round(x),
            TOP,
            round(pitch),
            round(bottom - TOP),
            label
        );
        for series in chart.panels.iter().flat_map(|panel| &panel.series) {
            put!(
                markup,
                "\n{}: {}",
                series.name,
                grouped(value(series, column))
            );
        }
        put!(markup, "</title></rect>");
    }
    put!(markup, "</g>\n");
}

fn value(series: &Series, column: usize) -> u64 {
    series.values.get(column).copied().unwrap_or(0)
}

/// Which colour is what.
pub fn legend<'a>(markup: &mut Markup, names: impl Iterator<Item = (&'a str, &'a str)>) {
    put!(markup, "<ul class=\"legend\">");
    for (class, name) in names {
        put!(
            markup,
            "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{}\" width=\"10\" height=\"10\" rx=\"2\"/></svg>{}</li>",
            class,
            name
        );
    }
    put!(markup, "</ul>\n");
}

/// Counts over time as small columns, as wide and high as its place.
pub fn sparkline(markup: &mut Markup, class: &str, counts: &[u64]) {
    const STEPS: usize = 20;
    let largest = counts.iter().copied().max().unwrap_or(0);
    put!(
        markup,
        "<svg class=\"spark {}\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"",
        class,
        counts.len().max(1),
        STEPS
    );
    for (at, &count) in counts.iter().enumerate() {
        let height = step(count, largest, STEPS);
        if height > 0 {
            put!(markup, "M{} {}v-{}h1v{}z", at, STEPS, height, height);
        }
    }
    put!(markup, "\"/></svg>");
}

/// One part of a [`stacked`] bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// The page's class for its colour.
    pub class: &'a str,
    /// What it counts.
    pub name: &'a str,
    /// How many.
    pub value: u64,
}

/// The parts of a whole as one bar; a bar shorter than `whole` leaves the rest empty.
pub fn stacked(markup: &mut Markup, parts: &[Part<'_>], whole: u64) {
    let sum: u64 = parts.iter().map(|part| part.value).sum();
    let whole = whole.max(sum).max(1) as f64;
    put!(
        markup,
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\""
    );
    for (index, part) in parts.iter().enumerate() {
        put!(
            markup,
            "{}{} {}",
            if index == 0 { "" } else { ", " },
            part.name,
            grouped(part.value)
        );
    }
    put!(markup, "\">");
    let mut before = 0u64;
    for part in parts.iter().filter(|part| part.value > 0) {
        let x = before as f64 * 1000.0 / whole;
        let width = (part.value as f64 * 1000.0 / whole).max(4.0);
        put!(
            markup,
            "<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"10\"><title>{}: {}</title></rect>",
            part.class,
            round(x),
            round(width),
            part.name,
            grouped(part.value)
        );
        before += part.value;
    }
    put!(markup, "</svg>");
}

/// A stretch of a whole span, both as fractions of it: what a log covers of a window.
pub fn stretch(markup: &mut Markup, from: f64, to: f64, words: &str) {
    let (from, to) = (from.clamp(0.0, 1.0) * 1000.0, to.clamp(0.0, 1.0) * 1000.0);
    put!(
        markup,
        "<svg class=\"bar stretch\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
        words
    );
    put!(
        markup,
        "<rect class=\"c-missing\" width=\"1000\" height=\"10\"/><rect class=\"c-covered\" x=\"{}\" width=\"{}\" height=\"10\"/></svg>",
        round(from),
        round((to - from).max(4.0))
    );
}

/// How many steps a heat map has above nothing.
pub const HEAT_STEPS: usize = 6;

/// The step of a heat map that a count reaches: small counts stay apart from nothing, and the
/// largest does not drown the others.
pub fn heat(count: u64, largest: u64) -> usize {
    if count == 0 || largest == 0 {
        return 0;
    }
    let share = (count as f64 / largest as f64).sqrt();
    (1..HEAT_STEPS)
        .find(|&step| share <= step as f64 / HEAT_STEPS as f64)
        .unwrap_or(HEAT_STEPS)
}

/// A length with one decimal at most.
fn round(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

/// The distance of a scale's lines, 1, 2 or 5 times a power of ten, so that there are three to six.
fn nice_step(largest: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = unit.saturating_mul(factor);
            if largest.div_ceil(step) <= 4 {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_round_numbers_and_few_lines() {
        assert_eq!(
            [0, 1, 4, 5, 9, 775, 10_000].map(nice_step),
            [1, 1, 1, 2, 5, 200, 5000]
        );
        assert!(u64::MAX.div_ceil(nice_step(u64::MAX)) <= 4);
    }

    #[test]
    fn heat_tells_one_from_none_and_does_not_drown_the_middle() {
        assert_eq!(
            [0, 1, 100, 400, 1000].map(|count| heat(count, 1000)),
            [0, 1, 2, 4, 6]
        );
    }

    #[test]
    fn a_bar_is_as_wide_as_its_share() {
        let mut markup = Markup::default();
        let part = |class, value| Part {
            class,
            name: "n",
            value,
        };
        stacked(&mut markup, &[part("a", 30), part("b", 10)], 80);
        assert!(
            markup
                .as_str()
                .contains("<rect class=\"a\" x=\"0\" width=\"375\""),
            "{}",
            markup.as_str()
        );
        assert!(
            markup
                .as_str()
                .contains("<rect class=\"b\" x=\"375\" width=\"125\"")
        );
    }

    #[test]
    fn a_chart_says_every_value_in_words() {
        let chart = Columns {
            description: "d".to_owned(),
            width: 960,
            panels: vec![Panel {
                title: "p".to_owned(),
                height: 100,
                series: vec![Series {
                    name: "errors",
                    class: "c-errors",
                    values: vec![0, 1200],
                }],
            }],
            labels: vec!["15:00".to_owned(), "15:15".to_owned()],
            ticks: vec![(0, "15:00".to_owned())],
            bands: Vec::new(),
            marks: Vec::new(),
        };
        let mut markup = Markup::default();
        columns(&mut markup, &chart);
        assert!(
            markup
                .as_str()
                .contains("<title>15:15\nerrors: 1,200</title>")
        );
        // Drawn once: nothing is not drawn at all.
        assert_eq!(markup.as_str().matches("v-").count(), 1);
    }
}
