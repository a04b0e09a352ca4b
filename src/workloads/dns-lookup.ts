import { pbkdf2 } from 'node:crypto';
import { lookup, Resolver } from 'node:dns/promises';
import * as z from 'zod/mini';
import { choice, count } from './parameters.ts';
import { DNS_ADDRESS, DNS_NAME } from './peers/index.ts';
import { defineWorkload } from './workload.ts';

/** Some milliseconds of work for a thread of the pool. */
const BUSY_ITERATIONS = 20_000;
const ANSWER_LIMIT_MS = 2_000;
/** The name that getaddrinfo(3) finds in the system's own files: no server is asked. */
const LOCAL_NAME = 'localhost';

export default defineWorkload({
  name: 'dns-lookup',
  summary: 'Look up a name: by a message to a DNS server, or by getaddrinfo in a thread of the pool',
  params: z.object({
    resolver: choice('resolve', 'getaddrinfo'),
    /** Other work that each thread which sends requests keeps in the pool of libuv. */
    busyPool: count(0),
  }),
  async prepare({ params, startPeer }) {
    if (params.resolver === 'getaddrinfo') return { ...params, server: '' };
    const { host, port } = await startPeer('dns');
    return { ...params, server: `${host}:${port}` };
  },
  async connect({ resolver, busyPool, server }) {
    const leave = joinBusyPool(busyPool);
    if (resolver === 'getaddrinfo') return { leave, ask: () => lookup(LOCAL_NAME, { family: 4 }) };
    const asked = new Resolver({ timeout: ANSWER_LIMIT_MS, tries: 2 });
    asked.setServers([server]);
    return { leave, ask: async () => ({ address: (await asked.resolve4(DNS_NAME))[0] }) };
  },
  /** @throws Error `EADDRESS` for another address than that of the name. */
  async request({ ask }) {
    const { address } = await ask();
    if (address !== DNS_ADDRESS)
      throw Object.assign(new Error(`the name is said to be at ${address}`), { code: 'EADDRESS' });
  },
  async disconnect({ leave }) {
    leave();
  },
});

/** The clients of this thread that want the pool busy. */
let wanting = 0;
let stop = () => {};

/** Keeps as much work in the pool, for all clients of this thread together, until the last one has left. */
function joinBusyPool(works: number): () => void {
  if (works === 0) return () => {};
  if (wanting++ === 0) stop = keepBusy(works);
  return () => {
    if (--wanting === 0) stop();
  };
}

function keepBusy(works: number): () => void {
  let isOver = false;
  const work = () => {
    if (!isOver) pbkdf2('', '', BUSY_ITERATIONS, 32, 'sha256', work);
  };
  for (let begun = 0; begun < works; begun++) work();
  return () => {
    isOver = true;
  };
}
