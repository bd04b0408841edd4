// The machine of `peers/statig` in XState 5, given the same events with the
// timers already turned into events:
//
//     cargo run --release --manifest-path ../statig/Cargo.toml -- 2000 3 script.json
//     npm install && node bench.js script.json
//
// The script holds, for each customer, its events (0 visit, 1 purchase, 2 a
// timer) and the name of the state in which it ends.
import { readFileSync } from "node:fs";
import { createActor, createMachine, initialTransition, transition } from "xstate";

const machine = createMachine({
  initial: "stranger",
  states: {
    stranger: { on: { visit: "prospect", purchase: "active" } },
    prospect: { on: { purchase: "active", idle: "dormant" } },
    dormant: { on: { purchase: "active", visit: "prospect", idle: "lost" } },
    active: { on: { idle: "at_risk" } },
    at_risk: { on: { purchase: "active", idle: "lost" } },
    lost: { on: { purchase: "active", visit: "prospect" } },
  },
});

const kinds = [{ type: "visit" }, { type: "purchase" }, { type: "idle" }];
const script = JSON.parse(readFileSync(process.argv[2], "utf8"));
const n = script.reduce((sum, [events]) => sum + events.length, 0);

const byActor = (events) => {
  const actor = createActor(machine).start();
  for (const event of events) actor.send(kinds[event]);
  return actor.getSnapshot().value;
};

const byTransition = (events) => {
  let [state] = initialTransition(machine);
  for (const event of events) [state] = transition(machine, state, kinds[event]);
  return state.value;
};

for (const [name, follow] of [["actor.send", byActor], ["transition", byTransition]]) {
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    const from = process.hrtime.bigint();
    const ends = script.map(([events]) => follow(events));
    best = Math.min(best, Number(process.hrtime.bigint() - from));
    script.forEach(([, end], customer) => {
      if (ends[customer] !== end) throw new Error(`customer ${customer}: ${ends[customer]}, not ${end}`);
    });
  }
  console.log(`XState 5, ${name.padEnd(12)} ${(best / n).toFixed(0).padStart(8)} ns an event (${n} events)`);
}
