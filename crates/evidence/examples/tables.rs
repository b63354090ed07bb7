//! Every two-by-two table up to so many on each side, with what this crate makes of it, for
//! `parity/compare.py` to hold against scipy: `tables 40`. `tables random N SEED` takes large ones.

use std::io::{self, BufWriter, Write};

use evidence::paired::Pairs;
use evidence::proportion::{Share, Table, newcombe, wilson};
use evidence::rate::{Rate, Ratio};
use evidence::special::z_of;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |at: usize, default: u64| args.get(at).and_then(|a| a.parse().ok()).unwrap_or(default);
    let mut out = BufWriter::new(io::stdout().lock());
    if args.first().is_some_and(|first| first == "random") {
        let mut state = number(2, 1);
        let mut below = |bound: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for _ in 0..number(1, 10_000) {
            let (n, m) = (1 + below(10_000), 1 + below(10_000));
            line(&mut out, (below(n + 1), n), (below(m + 1), m))?;
        }
        return out.flush();
    }
    let most = number(0, 40);
    for n in 1..=most {
        for m in 1..=most {
            for x in 0..=n {
                for y in 0..=m {
                    line(&mut out, (x, n), (y, m))?;
                }
            }
        }
    }
    out.flush()
}

fn line(out: &mut impl Write, before: (u64, u64), after: (u64, u64)) -> io::Result<()> {
    let table = Table { before, after };
    let (b, a) = (
        Share::counted(before.0, before.1),
        Share::counted(after.0, after.1),
    );
    let z = z_of(0.95);
    let (difference, own) = (newcombe(b, a, z), wilson(b, z));
    let ratio = Ratio::new(
        Rate::counted(before.0, before.1),
        Rate::counted(after.0, after.1),
    );
    let interval = ratio.interval(0.95);
    let pairs = Pairs {
        before_only: before.0,
        after_only: after.0,
        ..Pairs::default()
    };
    write!(out, "{} {} {} {}", before.0, before.1, after.0, after.1)?;
    for value in [
        table.fisher(),
        table.mid_p(),
        own.low,
        own.high,
        difference.low,
        difference.high,
        interval.low,
        interval.high,
        ratio.exact_p(),
        ratio.mid_p(),
        pairs.exact_p(),
        pairs.mid_p(),
    ] {
        write!(out, " {value:e}")?;
    }
    writeln!(out)
}
