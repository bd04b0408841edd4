// A small shop for tests.
'use strict';

const { Playbook, Store } = require('guanxi');

const document = {
  guanxi: 1,
  id: 'shop',
  version: '1.0.0',
  calendar: { zone: 'Asia/Shanghai' },
  schema: { events: { purchase: { list: 'purchases', fields: { amount: { type: 'money', currency: 'CNY' } } } } },
  segments: { good: { when: 'purchases.sum(p, p.amount) >= 300.00' } },
};

const shop = () => new Playbook(document);

/** Customers who bought for 400 yuan each. */
function stocked(playbook, ...ids) {
  const store = Store.inMemory(playbook);
  store.append(ids.map((customer) => ({ kind: 'purchase', customer, at: '2026-03-01', amount: '400.00' })), 'backfill');
  return store;
}

module.exports = { document, shop, stocked };
