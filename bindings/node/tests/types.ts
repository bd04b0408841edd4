// What a host in TypeScript writes; it is compiled, and never run.
import { Columns, GuanxiError, Playbook, Review, Store, evaluate, fit, promises, type Answer, type Ids, type PromisedReview } from 'guanxi';

const playbook: Playbook = new Playbook('{}').in('zh');
const store: Store = Store.open('shop.guanxi', playbook, { readOnly: true });
const report: Answer = store.append([{ kind: 'purchase' }], 'backfill', { table: 'events', trial: true });
const verdict: number = report.value.verdicts.new;
const review: Review = store.review(playbook, { asOf: new Date(), threads: 2 });
const members: Ids = review.members('good');
const names: string[] = [...members];
const later: Promise<Answer> = store.promises.follow(playbook).advance('2026-04-01');
const promised: Promise<PromisedReview> = store.promises.review(playbook);
const asked: Promise<Answer> = promised.then((it) => it.query('true'));
const columns = new Columns(1).integers('n', BigInt64Array.of(1n)).fractions('x', [0.5, null]);
const fitted: Answer = fit({ model: 'bg-nbd' }, columns);
const predicted = promises.predict({ model: 'bg-nbd', params: fitted.value.params, horizon: 39 }, columns);
try {
  evaluate('1 + nobody');
} catch (error) {
  if (error instanceof GuanxiError) console.log(error.faults[0]?.pointer, error.show('zh'));
}
// @ts-expect-error no such language
playbook.in('fr');
// @ts-expect-error an instant is no number
store.review(playbook, { asOf: 7 });
// @ts-expect-error made by Store.open and Store.inMemory
new Store();
console.log(verdict, names, later, asked, predicted);
