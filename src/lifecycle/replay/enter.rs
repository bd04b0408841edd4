//! Taking a transition: which states are left, which entered.

use super::super::course::{Cause, Step};
use super::super::machine::{Due, Transition, Trigger};
use super::{NEVER, Record, Replay, Run, Scratch, dated_now};
use crate::units::Instant;

impl Replay<'_> {
    pub(super) fn follow<R: Record>(
        &self,
        scratch: &mut Scratch,
        machine: usize,
        position: usize,
        cause: Cause,
        record: &mut R,
    ) {
        let definition = self.plans[machine].machine;
        let transition = &definition.transitions[position];
        if let Cause::Timer(due) = cause
            && (transition.target.is_none() || is_periodic(transition))
        {
            let fired = &mut scratch.runs[machine].fired;
            fired.retain(|(fired, _)| *fired != position);
            fired.push((position, due.micros()));
        }
        let Some(target) = transition.target else {
            let at = dated_now(scratch);
            let run = &scratch.runs[machine];
            let (from, to) = (Some(run.state), run.state);
            record.step(machine, Step { at, from, to, transition: Some(position), cause });
            return;
        };
        let entry = self.entry(&scratch.runs[machine], machine, target);
        let anew = transition.restart.then_some(target);
        self.enter(scratch, machine, entry, Some(position), anew, cause, record);
    }

    /// The innermost state that is entered on the way into a state.
    pub(super) fn entry(&self, run: &Run, machine: usize, target: usize) -> usize {
        let (plan, states) = (&self.plans[machine], &self.plans[machine].machine.states);
        if !plan.has_history {
            return states[target].entry;
        }
        let mut state = target;
        while !states[state].is_leaf(state) {
            let first = plan.paths[states[state].entry][states[state].depth + 1];
            let left = run.left[state];
            state = if states[state].history && left != usize::MAX { left } else { first };
        }
        state
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn enter<R: Record>(
        &self,
        scratch: &mut Scratch,
        machine: usize,
        to: usize,
        transition: Option<usize>,
        anew: Option<usize>,
        cause: Cause,
        record: &mut R,
    ) {
        let plan = &self.plans[machine];
        let at = dated_now(scratch);
        scratch.moved = true;
        let run = &mut scratch.runs[machine];
        let (old, new) = (&plan.paths[run.state], &plan.paths[to]);
        if plan.has_history {
            for pair in old.windows(2) {
                run.left[pair[0]] = pair[1];
            }
        }
        let mut stays = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        if let Some(anew) = anew {
            stays = stays.min(plan.machine.states[anew].depth);
        }
        run.entered.truncate(stays);
        if !run.fired.is_empty() {
            let kept = &new[..stays];
            let transitions = &plan.machine.transitions;
            run.fired.retain(|(fired, _)| kept.contains(&transitions[*fired].from));
        }
        for state in &new[stays..] {
            run.entered.push(at.map_or(NEVER, Instant::micros));
            run.visited[state / 64] |= 1 << (state % 64);
        }
        let from = Some(run.state);
        run.state = to;
        record.step(machine, Step { at, from, to, transition, cause });
    }
}

fn is_periodic(transition: &Transition) -> bool {
    matches!(transition.trigger, Trigger::Due(Due::Every(..)))
}
