import * as z from 'zod/mini';
import { connect, type Steps } from '../operations.ts';
import { connectTls } from '../protocols/tls.ts';
import { TlsMemory } from '../protocols/tls-memory.ts';
import type { Mark } from './marks.ts';
import { makeOwnCertificate } from './own-certificate.ts';
import { flag } from './parameters.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

interface Client extends PeerAddress {
  readonly trust: { readonly caFile: string; readonly host: string };
  /** `undefined` where every handshake is a full one. */
  readonly memory: TlsMemory | undefined;
}

export default defineWorkload({
  name: 'tls-handshake',
  summary: 'Connect, perform a TLS handshake, and close; in full, or resumed',
  uses: ['sockets'],
  params: z.object({
    /** Each connection continues the session of the client's last one. */
    resumed: flag(false),
  }),
  phases: ['connect', 'handshake', 'close'],
  async prepare({ params: { resumed }, directory, startPeer }) {
    const { caFile, host: name, ...identity } = await makeOwnCertificate(directory);
    return { ...(await startPeer('tls-echo', identity)), trust: { caFile, host: name }, resumed };
  },
  /** Where sessions are resumed, the first handshake, which has to be a full one, is no request. */
  *connect({ host, port, trust, resumed }) {
    const client: Client = { host, port, trust, memory: resumed ? new TlsMemory() : undefined };
    if (!client.memory) return client;
    let isReady = false;
    try {
      yield* visit(client, () => {});
      isReady = true;
      return client;
    } finally {
      if (!isReady) client.memory.free();
    }
  },
  /** @throws Error `ENOTRESUMED` if the server did not resume the session. */
  *request(client, _random, mark) {
    const isResumed = yield* visit(client, mark);
    if (isResumed === (client.memory !== undefined)) return;
    throw Object.assign(new Error('the server did not resume the session'), { code: 'ENOTRESUMED' });
  },
  // biome-ignore lint/correctness/useYield: it is written in one form with the others
  *disconnect({ memory }) {
    memory?.free();
  },
});

/**
 * Connects, and ends in an orderly way: both sides notify each other of it, and the server's tickets come
 * before that. Returns whether the handshake resumed a session.
 */
function* visit({ host, port, trust, memory }: Client, mark: Mark): Steps<boolean> {
  const connection = yield* connect(host, port);
  mark('connect');
  const stream = yield* connectTls(connection, { ...trust, memory });
  mark('handshake');
  const { isResumed } = stream;
  try {
    yield* stream.end();
  } finally {
    yield* stream.close();
  }
  mark('close');
  return isResumed;
}
