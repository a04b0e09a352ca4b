// The loop that somebody would write by hand with pg: one prepared query in flight on each of its clients, with
// the same text and the same keys as ours. The CPU time of so many seconds, after as many to warm up.
import process from 'node:process';
import pg from 'pg';
import { measure } from './window.mjs';

const [fixture, connections, seconds] = process.argv.slice(2);
const { host, port, login, rows, items } = JSON.parse(fixture);
const text = 'select id, payload from item where id between $1 and $2 order by id';
let completed = 0;

async function ask() {
  const client = new pg.Client({ host, port, ...login });
  await client.connect();
  for (;;) {
    const first = 1 + Math.floor(Math.random() * (items - rows + 1));
    const found = await client.query({ name: 'items', text, values: [first, first + rows - 1] });
    if (found.rows.length !== rows) throw new Error('not the rows that were asked for');
    completed++;
  }
}
for (let index = 0; index < Number(connections); index++) void ask();
measure(Number(seconds), () => completed);
