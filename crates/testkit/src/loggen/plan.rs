//! What happens to the whole server: bursts of work, single requests, and the requests that set them off.

use fastrand::Rng;

use super::clock::{HOUR, MINUTE, SECOND};
use super::names::pick;
use super::spec::Spec;
use super::truth::Stamp;
use super::work::{Burst, Trigger};

/// How many times the usual rate of sessions a burst has.
const BURST_RATE: u32 = 15;

/// One item that the server was asked to refresh.
pub(super) struct Errand {
    /// When the agent's session begins.
    pub(super) at: Stamp,
    /// Index of the agent.
    pub(super) agent: usize,
    pub(super) item: u32,
}

pub(super) struct Plan {
    pub(super) begin: Stamp,
    pub(super) end: Stamp,
    pub(super) bursts: Vec<Burst>,
    pub(super) errands: Vec<Errand>,
    pub(super) triggers: Vec<Trigger>,
}

impl Plan {
    pub(super) fn new(spec: &Spec, end: Stamp, rng: &mut Rng) -> Self {
        let begin = end - Stamp::from(spec.hours.max(1)) * HOUR;
        let mut plan = Self {
            begin,
            end,
            bursts: Vec::new(),
            errands: Vec::new(),
            triggers: Vec::new(),
        };
        plan.add_bursts(spec.bursts, rng);
        if spec.server_log {
            plan.add_errands(spec, rng);
        }
        plan.sort_triggers();
        plan
    }

    /// Bursts in equal parts of the time, so that none touches another.
    fn add_bursts(&mut self, count: u32, rng: &mut Rng) {
        let count = Stamp::from(count);
        for n in 0..count {
            let part = (self.end - self.begin) / count;
            let length = (part / 24).clamp(MINUTE, 20 * MINUTE);
            let room = part - 3 * length;
            if room <= 0 {
                return;
            }
            let start = self.begin + n * part + length + rng.i64(0..room);
            let start = start - start.rem_euclid(SECOND);
            let section = rng.u8(1..6);
            self.triggers.push(Trigger {
                at_ms: start - rng.i64(300..2500),
                method: "GET".to_owned(),
                url: format!("/library/sections/{section}/refresh?force=1"),
                item: None,
                agent: None,
            });
            let trigger = self.triggers.len() - 1;
            self.bursts.push(Burst {
                start_ms: start,
                end_ms: start + length,
                trigger,
                rate: BURST_RATE,
            });
        }
    }

    fn add_errands(&mut self, spec: &Spec, rng: &mut Rng) {
        for _ in 0..(2 * spec.agents.len()).min(60) {
            let at = rng.i64(self.begin + MINUTE..(self.end - MINUTE).max(self.begin + 2 * MINUTE));
            let agent = rng.usize(..spec.agents.len().max(1));
            let item = rng.u32(5_000_000..9_000_000);
            let name = spec.agents.get(agent).map(|agent| agent.name.clone());
            let url = if rng.bool() {
                format!("/library/metadata/{item}/refresh?force=1")
            } else {
                let name = pick(rng, &["Hidden%20Garden", "Quiet%20Harbor"]);
                format!(
                    "/library/metadata/{item}/match?guid=com.plexapp.agents.none%3A%2F%2F{item}&name={name}"
                )
            };
            self.triggers.push(Trigger {
                at_ms: at - rng.i64(150..900),
                method: "PUT".to_owned(),
                url,
                item: Some(item),
                agent: name,
            });
            self.errands.push(Errand { at, agent, item });
        }
        self.errands.sort_by_key(|errand| errand.at);
    }

    /// Puts triggers in order of time and keeps the bursts' places among them.
    fn sort_triggers(&mut self) {
        let mut order: Vec<usize> = (0..self.triggers.len()).collect();
        order.sort_by_key(|&n| self.triggers[n].at_ms);
        for burst in &mut self.bursts {
            burst.trigger = order
                .iter()
                .position(|&n| n == burst.trigger)
                .unwrap_or_default();
        }
        self.triggers.sort_by_key(|trigger| trigger.at_ms);
    }

    /// The burst that holds the moment.
    pub(super) fn burst_at(&self, at: Stamp) -> Option<u32> {
        let place = self
            .bursts
            .iter()
            .position(|burst| burst.start_ms <= at && at < burst.end_ms)?;
        u32::try_from(place).ok()
    }

    /// Work still to come after the moment, in milliseconds of the usual rate.
    pub(super) fn weight_after(&self, at: Stamp) -> Stamp {
        let extra: Stamp = self
            .bursts
            .iter()
            .map(|burst| {
                (burst.end_ms - at.max(burst.start_ms)).max(0) * Stamp::from(burst.rate - 1)
            })
            .sum();
        (self.end - at).max(0) + extra
    }

    /// The moment at which so much work has passed.
    pub(super) fn advance(&self, mut at: Stamp, mut weight: Stamp) -> Stamp {
        while weight > 0 && at < self.end {
            let inside = self.burst_at(at).map(|n| &self.bursts[n as usize]);
            let rate = inside.map_or(1, |burst| Stamp::from(burst.rate));
            let edge = match inside {
                Some(burst) => burst.end_ms,
                None => self
                    .bursts
                    .iter()
                    .map(|burst| burst.start_ms)
                    .filter(|&start| start > at)
                    .min()
                    .unwrap_or(self.end),
            };
            let room = (edge - at) * rate;
            if weight <= room {
                return at + (weight / rate).max(1);
            }
            weight -= room;
            at = edge;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_moments_agree() {
        let spec = Spec {
            hours: 10,
            bursts: 2,
            ..Spec::new(5)
        };
        let plan = Plan::new(&spec, 100 * HOUR, &mut Rng::with_seed(5));
        assert_eq!(plan.bursts.len(), 2);
        let whole = plan.weight_after(plan.begin);
        assert_eq!(plan.advance(plan.begin, whole), plan.end);
        let half = plan.advance(plan.begin, whole / 2);
        assert!((plan.weight_after(half) - whole / 2).abs() <= Stamp::from(BURST_RATE));
    }

    #[test]
    fn each_burst_has_its_trigger_just_before() {
        let plan = Plan::new(&Spec::new(9), 100 * HOUR, &mut Rng::with_seed(9));
        for burst in &plan.bursts {
            let trigger = &plan.triggers[burst.trigger];
            assert!(trigger.url.ends_with("/refresh?force=1"));
            assert!((1..3 * SECOND).contains(&(burst.start_ms - trigger.at_ms)));
        }
    }
}
