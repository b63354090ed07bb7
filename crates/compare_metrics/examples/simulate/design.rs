//! Worlds in which the truth is known: titles with their own chance of failing, searched so often.

use fastrand::Rng;

use crate::report::{Side, Title};

/// What the fix does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Nothing,
    Better,
    Worse,
}

impl Truth {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Nothing => "no effect",
            Self::Better => "better",
            Self::Worse => "worse",
        }
    }
}

/// Which titles are searched after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// Those that were searched before.
    Same,
    /// Others.
    Others,
    /// Those that failed before.
    Failed,
}

/// What the reports tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Our JSON: titles, errors by id.
    Json,
    /// Totals only.
    Totals,
}

/// One world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Design {
    pub(crate) name: &'static str,
    pub(crate) truth: Truth,
    /// Titles on each side.
    pub(crate) titles: usize,
    /// Searches of each title, before and after, on average.
    pub(crate) searches: [f64; 2],
    /// The chance that a search finds nothing, before.
    pub(crate) failing: f64,
    /// How much a title's searches are alike: 0 not at all, 1 always the same.
    pub(crate) alike: f64,
    /// What the chance is multiplied by after the fix.
    pub(crate) factor: f64,
    /// The share of searches after that have an error of the agent's that was not there before.
    pub(crate) new_defect: f64,
    pub(crate) after: After,
    pub(crate) form: Form,
    pub(crate) looks: u32,
    pub(crate) options: &'static [&'static str],
    /// Whether the promise of few false verdicts covers it.
    pub(crate) is_promised: bool,
}

const PLAIN: Design = Design {
    name: "",
    truth: Truth::Nothing,
    titles: 100,
    searches: [1.0, 1.0],
    failing: 0.3,
    alike: 0.5,
    factor: 1.0,
    new_defect: 0.0,
    after: After::Same,
    form: Form::Json,
    looks: 1,
    options: &[],
    is_promised: true,
};

const OTHERS: Design = Design {
    after: After::Others,
    ..PLAIN
};
const TOTALS: Design = Design {
    form: Form::Totals,
    after: After::Others,
    alike: 0.0,
    ..PLAIN
};
const BETTER: Design = Design {
    truth: Truth::Better,
    factor: 0.5,
    ..PLAIN
};
const WORSE: Design = Design {
    truth: Truth::Worse,
    factor: 2.0,
    ..PLAIN
};

pub(crate) const DESIGNS: &[Design] = &[
    Design {
        name: "20 titles, once each",
        titles: 20,
        ..PLAIN
    },
    Design {
        name: "100 titles, once each",
        ..PLAIN
    },
    Design {
        name: "1,000 titles, once each",
        titles: 1000,
        failing: 0.05,
        ..PLAIN
    },
    Design {
        name: "100 other titles after",
        ..OTHERS
    },
    Design {
        name: "same titles, half the traffic after",
        searches: [4.0, 2.0],
        ..PLAIN
    },
    Design {
        name: "other titles, a quarter of the traffic after",
        searches: [4.0, 1.0],
        ..OTHERS
    },
    Design {
        name: "other titles, four times the traffic after",
        searches: [1.0, 4.0],
        ..OTHERS
    },
    Design {
        name: "40 titles 5 times each, always alike, others after",
        titles: 40,
        searches: [5.0, 5.0],
        alike: 1.0,
        ..OTHERS
    },
    Design {
        name: "40 titles 5 times each, half alike, others after",
        titles: 40,
        searches: [5.0, 5.0],
        alike: 0.5,
        ..OTHERS
    },
    Design {
        name: "40 titles 5 times each, half alike, the same after",
        titles: 40,
        searches: [5.0, 5.0],
        alike: 0.5,
        ..PLAIN
    },
    Design {
        name: "100 titles 10 times each, always alike, others after",
        searches: [10.0, 10.0],
        alike: 1.0,
        ..OTHERS
    },
    Design {
        name: "5 looks, other titles, 5 times each, half alike",
        titles: 60,
        searches: [5.0, 5.0],
        looks: 5,
        ..OTHERS
    },
    Design {
        name: "5 looks, the same titles",
        searches: [2.0, 2.0],
        looks: 5,
        ..PLAIN
    },
    Design {
        name: "10 looks, other titles",
        looks: 10,
        ..OTHERS
    },
    Design {
        name: "only failed titles searched again, half alike",
        after: After::Failed,
        ..PLAIN
    },
    Design {
        name: "totals only, 100 and 100 searches",
        ..TOTALS
    },
    Design {
        name: "totals only, 1,000 and 1,000 searches",
        titles: 1000,
        failing: 0.05,
        ..TOTALS
    },
    Design {
        name: "totals only, 200 and 100 searches",
        titles: 100,
        searches: [2.0, 1.0],
        ..TOTALS
    },
    Design {
        name: "totals only, 5 looks",
        looks: 5,
        ..TOTALS
    },
    Design {
        name: "totals only, titles 5 times each, half alike",
        titles: 40,
        searches: [5.0, 5.0],
        alike: 0.5,
        is_promised: false,
        ..TOTALS
    },
    Design {
        name: "the same with --design-effect 4",
        titles: 40,
        searches: [5.0, 5.0],
        alike: 0.5,
        options: &["--design-effect", "4"],
        ..TOTALS
    },
    Design {
        name: "halved, 20 titles",
        titles: 20,
        ..BETTER
    },
    Design {
        name: "halved, 100 titles",
        ..BETTER
    },
    Design {
        name: "halved, 400 titles",
        titles: 400,
        ..BETTER
    },
    Design {
        name: "halved, 100 other titles, 4 times the traffic after",
        searches: [1.0, 4.0],
        after: After::Others,
        ..BETTER
    },
    Design {
        name: "halved, 400 titles, a quarter of the traffic after",
        titles: 400,
        searches: [4.0, 1.0],
        ..BETTER
    },
    Design {
        name: "halved, totals only, 400 and 400 searches",
        titles: 400,
        form: Form::Totals,
        alike: 0.0,
        after: After::Others,
        ..BETTER
    },
    Design {
        name: "all mended, 100 titles",
        factor: 0.0,
        ..BETTER
    },
    Design {
        name: "doubled, 100 titles",
        ..WORSE
    },
    Design {
        name: "doubled, 100 titles, a quarter of the traffic after",
        searches: [4.0, 1.0],
        failing: 0.1,
        ..WORSE
    },
    Design {
        name: "doubled, totals only, 400 and 100 searches",
        titles: 100,
        searches: [4.0, 1.0],
        failing: 0.1,
        form: Form::Totals,
        alike: 0.0,
        after: After::Others,
        ..WORSE
    },
    Design {
        name: "a new defect in 10% of searches, 100 titles",
        factor: 1.0,
        new_defect: 0.1,
        ..WORSE
    },
    Design {
        name: "halved, and a new defect in 10% of searches, 200 titles",
        titles: 200,
        factor: 0.5,
        new_defect: 0.1,
        ..WORSE
    },
];

impl Design {
    pub(crate) fn pair(&self, seed: u64) -> Pair<'_> {
        let mut rng = Rng::with_seed(seed ^ fold(self.name));
        let chances = (0..self.titles)
            .map(|_| chance(&mut rng, self.failing, self.alike))
            .collect();
        let mut pair = Pair {
            design: self,
            rng,
            chances,
            first: Vec::new(),
            later: Vec::new(),
        };
        pair.first = pair.side(0);
        pair
    }
}

/// A design's name as a number, so that designs do not share their chance.
fn fold(name: &str) -> u64 {
    name.bytes().fold(7, |sum: u64, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    })
}

/// Two sides of one world; the second grows with each look.
pub(crate) struct Pair<'d> {
    design: &'d Design,
    rng: Rng,
    chances: Vec<f64>,
    first: Vec<Title>,
    later: Vec<Title>,
}

impl Pair<'_> {
    pub(crate) fn before(&self) -> String {
        self.shown(&self.first, 0)
    }

    /// The report after, which at look `n` of `N` holds as much as `n` of `N` parts.
    pub(crate) fn after(&mut self, look: u32) -> String {
        if self.later.is_empty() {
            self.later = self.side(1);
        }
        let share = f64::from(look) / f64::from(self.design.looks);
        let so_far: Vec<Title> = self
            .later
            .iter()
            .map(|title| title.first_part(share))
            .collect();
        self.shown(&so_far, 1)
    }

    fn shown(&self, titles: &[Title], side: usize) -> String {
        let side = Side {
            titles,
            number: side,
        };
        match self.design.form {
            Form::Json => side.json(),
            Form::Totals => side.totals(),
        }
    }

    fn side(&mut self, side: usize) -> Vec<Title> {
        let design = self.design;
        let others = side == 1 && design.after == After::Others;
        let mut titles = Vec::new();
        for at in 0..design.titles {
            if side == 1 && design.after == After::Failed && !self.first[at].ended_badly() {
                continue;
            }
            let chance = if others {
                chance(&mut self.rng, design.failing, design.alike)
            } else {
                self.chances[at]
            };
            let factor = if side == 1 { design.factor } else { 1.0 };
            let new_defect = if side == 1 { design.new_defect } else { 0.0 };
            let item = if others { at + design.titles } else { at };
            let n = how_often(&mut self.rng, design.searches[side]);
            titles.push(Title::searched(
                &mut self.rng,
                item,
                n,
                (chance * factor).min(1.0),
                new_defect,
            ));
        }
        titles
    }
}

/// Searches of one title: on average as many as asked for, never none for an average of one or less.
fn how_often(rng: &mut Rng, mean: f64) -> u32 {
    if mean <= 1.0 {
        return 1;
    }
    // Some titles are searched far more often than others.
    let spread = mean * 2.0 * rng.f64();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small and positive"
    )]
    let n = spread.round() as u32;
    n.max(1)
}

/// A title's own chance of failing: with the mean asked for, and as unequal between titles as they
/// are alike within themselves.
fn chance(rng: &mut Rng, mean: f64, alike: f64) -> f64 {
    // With this chance the title is one that always does the same.
    if rng.f64() < alike {
        f64::from(u8::from(rng.f64() < mean))
    } else {
        mean
    }
}
