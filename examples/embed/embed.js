// guanxi inside a shop's ERP: its tables every night, one order as it comes, and why, on a screen.
const fs = require('node:fs');
const { Playbook, Store } = require('guanxi');

const playbook = new Playbook(fs.readFileSync('examples/presets/retail.json', 'utf8'));
const mapping = fs.readFileSync('examples/sync/mapping.json', 'utf8');
const store = Store.inMemory(playbook); // Store.open('crm.guanxi', playbook) keeps it.
const feeds = store.feeds(playbook);

// Every night: the rows of the host's own tables, by the names that they have there.
const members = [
  { member_no: 'M-1', mobile: '13800000001', sms_ok: '1' },
  { member_no: 'M-2', mobile: '13800000002', sms_ok: '0' },
];
const orders = [{
  order_no: 'S-1', member_no: 'M-1', ordered_at: '2026-03-02 10:12:00', paid: '120.00', status: 'paid',
  updated_at: '2026-03-02 10:12:00',
}];
const how = { mapping, seen: '2026-03-03 02:00', follow: true };
feeds.sync(members, { table: 'members', ...how });
console.log(`new orders: ${feeds.sync(orders, { table: 'orders', ...how }).value.new}`);
const [, first] = store.journey(playbook, 'M-1', how.seen).states().value;
console.log(`M-1: ${first.state_label.en}`);

// As it comes: one order, and what follows from it.
const order = { kind: 'purchase', id: 'S-2', customer: 'M-2', at: '2026-03-03 11:30', amount: '80.50' };
console.log(`changed by S-2: ${store.follow(playbook).apply([order], '2026-03-03 11:30').value.changes}`);

// On a screen: where a customer is, what comes next, and why.
const [, { state_label: state, next }] = store.journey(playbook, 'M-2', '2026-06-01').states().value;
console.log(`M-2: ${state['zh-Hans']}`);
console.log(`${next.days} 天后：${next.to_label['zh-Hans']}（${next.because['zh-Hans']}）`);
