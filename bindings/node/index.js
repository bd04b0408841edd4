// guanxi (关系): the decision core of customer relationship management.
//
// The host has the screens, the users and the data; guanxi has the judgement: which customers belong to a
// segment at an instant, and why. Playbook is what was decided, Store what happened, Review every answer of
// a playbook about a store at one instant. What each name means is told in index.d.ts.
'use strict';

const { Answer } = require('./lib/answer');
const { Columns } = require('./lib/columns');
const { GuanxiError } = require('./lib/error');
const { Ids } = require('./lib/ids');
const { Playbook } = require('./lib/playbook');
const { Review } = require('./lib/review');
const { Store } = require('./lib/store');
const { Table } = require('./lib/table');

module.exports = { Answer, Columns, GuanxiError, Ids, Playbook, Review, Store, Table, ...require('./lib/alone') };
