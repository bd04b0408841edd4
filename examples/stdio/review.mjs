// One order comes in; what follows, and why, for a screen.
import { Guanxi } from "./guanxi.mjs";

const guanxi = new Guanxi("../presets/retail.json");
const order = { kind: "purchase", id: "o1", customer: "C-1", at: "2026-03-01 10:00", amount: "120.00" };
await guanxi.ask({ ask: "append", table: "events", lines: [order] });
const review = await guanxi.ask({ ask: "review", as_of: "2026-07-31" });
console.log("customers:", review.customers);
const customer = { customer: "C-1", as_of: "2026-07-31" };
for (const state of await guanxi.ask({ ask: "states", ...customer }))
  console.log(`${state.machine}: ${state.state} since ${state.since}`);
try {
  await guanxi.ask({ ask: "query", expression: "purchases.sise() >= 1" });
} catch (error) {
  console.log("refused:", error.message);
}
guanxi.close();
