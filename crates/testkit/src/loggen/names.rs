//! Invented agents, titles, studios and sites, with the characters that break careless readers.

use fastrand::Rng;

use super::spec::{AgentSpec, Style};

const AGENTS: [&str; 20] = [
    "Alder", "Beacon", "Cinder", "Dovetail", "Ember", "Foxglove", "Granite", "Harbor", "Inkwell",
    "Juniper", "Kestrel", "Lantern", "Meadow", "Nimbus", "Orchard", "Pebble", "Quarry", "Rookery",
    "Saffron", "Thistle",
];
const AGENT_ENDINGS: [&str; 20] = [
    "", "Films", "Archive", "DB", "TV", "Index", "Shows", "Theatre", "House", "Gate", "Works",
    "Cat", "Line", "North", "South", "East", "West", "Two", "Lab", "Desk",
];
const ADJECTIVES: [&str; 16] = [
    "Quiet",
    "Golden",
    "Winter",
    "Hidden",
    "Last",
    "Second",
    "Paper",
    "Northern",
    "Wandering",
    "Patient",
    "Crooked",
    "Silver",
    "Distant",
    "Humble",
    "Midnight",
    "Painted",
];
const NOUNS: [&str; 18] = [
    "Lighthouse",
    "Orchestra",
    "Garden",
    "Railway",
    "Compass",
    "Harvest",
    "Clockmaker",
    "River",
    "Theatre",
    "Balloon",
    "Island",
    "Postman",
    "Observatory",
    "Bakery",
    "Sparrow",
    "Bridge",
    "Kite",
    "Library",
];
const STUDIOS: [&str; 10] = [
    "Larkspur Pictures",
    "Tin Kettle",
    "Blue Fern Film Co.",
    "Old Mill & Sons",
    "Studio Čapek",
    "Marmalade House",
    "O'Dell Brothers",
    "Kitebird",
    "Nine Lanterns Productions",
    "Été Films",
];
/// Titles that hold what readers stumble over; the first makes PGMA-like logging write an ERROR.
const ODD_TITLES: [&str; 12] = [
    "Winter Terrorizer",
    "The Café at Łódź",
    "Moon 🌙 over the Bay",
    "Who's \"There\"?",
    "Don't Look, Marigold",
    "Numbers [1987]: A Study",
    "Harbor {Director's Cut}",
    "Part 2: 10:15 to Nowhere",
    "月の図書館",
    "50% Off (A Comedy)",
    "Night Terrors of a Kite Maker",
    "A/B \\ C & D",
];

/// So many agents, the style changing from one to the next.
pub fn agents(count: usize) -> Vec<AgentSpec> {
    let styles = [Style::Pgma, Style::Plain, Style::Pgma, Style::Banner];
    (0..count.min(AGENTS.len() * AGENT_ENDINGS.len()))
        .map(|n| {
            let name = format!(
                "{}{}",
                AGENTS[n % AGENTS.len()],
                AGENT_ENDINGS[n / AGENTS.len()]
            );
            AgentSpec::new(name, styles[n % styles.len()])
        })
        .collect()
}

/// Distinct titles, the odd ones among the first.
pub(super) fn titles(rng: &mut Rng, count: usize) -> Vec<String> {
    let mut titles: Vec<String> = Vec::with_capacity(count);
    for n in 0..count {
        let title = match n {
            0 => format!("The {} {}", pick(rng, &ADJECTIVES), pick(rng, &NOUNS)),
            n if n <= ODD_TITLES.len() => ODD_TITLES[n - 1].to_owned(),
            _ => invented(rng),
        };
        let taken = titles.contains(&title);
        titles.push(if taken {
            format!("{title} {}", roman(n))
        } else {
            title
        });
    }
    titles
}

fn invented(rng: &mut Rng) -> String {
    let (adjective, noun) = (pick(rng, &ADJECTIVES), pick(rng, &NOUNS));
    match rng.u8(0..5) {
        0 => format!("The {adjective} {noun}"),
        1 => format!("{noun}: {adjective} Days"),
        2 => format!("A {noun} in the {adjective} {}", pick(rng, &NOUNS)),
        3 => format!("{adjective} {noun} {}", rng.u8(2..9)),
        _ => format!("{noun}s"),
    }
}

/// A part number that no other title of the pool has.
fn roman(n: usize) -> String {
    let letters: String = n
        .to_string()
        .bytes()
        .map(|digit| char::from(b'A' + (digit - b'0')))
        .collect();
    format!("Part {letters}")
}

pub(super) fn studio(rng: &mut Rng) -> &'static str {
    pick(rng, &STUDIOS)
}

/// The site that an agent reads, under a name that no registry gives away.
pub(super) fn site(agent: &str) -> String {
    format!("www.{}.example", agent.to_lowercase())
}

pub(super) fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

pub(super) fn chance(rng: &mut Rng, share: f64) -> bool {
    rng.f64() < share
}

pub(super) fn hex(rng: &mut Rng, digits: usize) -> String {
    (0..digits)
        .map(|_| char::from_digit(rng.u32(..16), 16).unwrap_or('0'))
        .collect()
}

pub(super) fn alphanumeric(rng: &mut Rng, length: usize) -> String {
    (0..length).map(|_| rng.alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn agents_and_titles_are_distinct() {
        let agents: BTreeSet<_> = agents(400).into_iter().map(|agent| agent.name).collect();
        assert_eq!(agents.len(), 400);
        let titles = titles(&mut Rng::with_seed(3), 500);
        assert_eq!(titles.iter().collect::<BTreeSet<_>>().len(), 500);
    }
}
