import guanxi from './index.js';

export const {
  Answer, Columns, GuanxiError, Ids, Playbook, Review, Store, Table,
  build, evaluate, fit, predict, promises, schema, version,
} = guanxi;
export default guanxi;
