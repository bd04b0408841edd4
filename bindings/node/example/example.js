const fs = require('node:fs');
const { GuanxiError, Playbook, Store } = require('guanxi');

const folder = 'examples/cdnow';
const read = (name) => fs.readFileSync(`${folder}/${name}`, 'utf8');
const playbook = new Playbook(read('playbook.json'));

/** The rows of a text without quotes, as objects by column. */
function* csv(text) {
  const [names, ...lines] = text.trim().split('\n').map((line) => line.split(','));
  for (const line of lines) yield Object.fromEntries(names.map((name, at) => [name, line[at]]));
}

async function main() {
  const store = Store.inMemory(playbook);
  const report = await store.promises.append(csv(read('events.csv')), 'backfill', { mapping: read('mapping.json') });
  console.log(`new: ${report.value.verdicts.new}`);

  const review = store.review(playbook);
  console.log(playbook.showTime(review.asOf));
  const segments = [...review.segments.values()].sort((a, b) => b.members - a.members);
  for (const { members, label } of segments.slice(0, 3)) {
    console.log(`${members.toLocaleString('en').padStart(7)}  ${label}`);
  }

  const lost = "segment('lapsed') && purchases.sum(p, p.amount) >= 1000.00";
  console.log([...review.ids(lost)].slice(0, 3));
  console.log(review.explain(lost, '00003').value.parts[1].said);
  console.log(review.in('zh').explain(lost, '00003').value.parts[1].said);

  try {
    review.query('purchasse.size() > 3');
  } catch (error) {
    if (!(error instanceof GuanxiError)) throw error;
    console.log(error.show('zh'));
  }
}

main();
