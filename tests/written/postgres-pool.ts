import { count, defineWorkload, z } from 'iobench';
import { Pool, type PoolClient } from 'pg';

/** Beside the clients of the workload there is one pool for the whole process. */
let pool: Pool | undefined;

export default defineWorkload({
  name: 'postgres-pool',
  summary: 'Take a connection from a pool, ask, and give it back',
  params: z.object({ most: count(10, 1) }),

  async prepare({ params }) {
    return { connectionString: 'postgres://127.0.0.1/bench', max: params.most };
  },
  connect: async (options) => {
    pool ??= new Pool(options);
    return pool.connect();
  },
  request: async (client: PoolClient) => client.query('select 1'),
  disconnect: async (client: PoolClient) => client.release(),
});
