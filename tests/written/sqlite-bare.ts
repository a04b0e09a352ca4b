import Database from 'better-sqlite3';
import { defineWorkload } from 'iobench';

export default defineWorkload({
  name: 'sqlite-bare',
  summary: 'Ask for a constant',
  connect() {
    return new Database(':memory:');
  },
  request(database) {
    return database.prepare('select 1').get();
  },
  disconnect(database) {
    return database.close();
  },
});
