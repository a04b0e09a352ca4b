import { defineWorkload, text, z } from 'iobench';
import pg from 'pg';

export default defineWorkload({
  name: 'postgres',
  summary: 'Ask for one row by its key',
  params: z.object({ url: text('postgres://127.0.0.1/bench') }),

  async connect({ url }) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  },
  async request(client, random) {
    const { rows } = await client.query<{ name: string }>('select name from people where id = $1', [
      Math.floor(random() * 1000),
    ]);
    if (rows[0]?.name.length === 0) throw new Error('a row without a name');
  },
  async disconnect(client) {
    await client.end();
  },
});
