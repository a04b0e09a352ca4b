import * as z from 'zod/mini';
import { connect, type Steps } from '../operations.ts';
import { ask, type Messages, messagesOver } from '../protocols/codec.ts';
import { type Command, createRespCodec, RedisError, type Reply } from '../protocols/resp.ts';
import { type Stream, streamOver } from '../protocols/stream.ts';
import { byteSize, count } from './parameters.ts';
import type { Program } from './peers/program.ts';
import { isEchoOf, stamp } from './stamp.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

interface RedisFixture extends PeerAddress {
  readonly valueSize: number;
  readonly pipelining: number;
  /** How many keys there are, `key:000000000000` and so on, each with a value of its own. */
  readonly keys: number;
}

interface RedisClient {
  readonly stream: Stream;
  readonly messages: Messages<readonly Command[], Reply>;
  readonly fixture: RedisFixture;
  /** As a key's value would be. */
  readonly expected: Uint8Array;
}

const MOST_KEYS = 1_000;
const MOST_BYTES = 64 * 2 ** 20;

const redis: Program = {
  name: 'redis-server',
  package: 'redis-server',
  // Nothing is written to a disk, as for a cache.
  words: ({ port, folder }) =>
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
      .concat(['--save', '', '--appendonly', 'no', '--daemonize', 'no'])
      .concat(['--loglevel', 'warning']),
};

export default defineWorkload({
  name: 'redis-get',
  summary: 'GET values from Redis, several commands in each round trip',
  uses: ['sockets'],
  params: z.object({
    valueSize: byteSize('64B'),
    pipelining: count(1, 1),
  }),
  message: 'valueSize',
  async prepare({ params: { valueSize, pipelining }, startProgram, perform }): Promise<RedisFixture> {
    const keys = Math.min(MOST_KEYS, Math.max(1, Math.floor(MOST_BYTES / Math.max(1, valueSize))));
    const fixture = { ...(await startProgram(redis)), valueSize, pipelining, keys };
    await perform(fill(fixture));
    return fixture;
  },
  *connect(fixture): Steps<RedisClient> {
    const stream = streamOver(yield* connect(fixture.host, fixture.port));
    const messages = messagesOver(stream, createRespCodec());
    return { stream, messages, fixture, expected: valueFor(0, fixture.valueSize) };
  },
  *request({ messages, fixture: { keys, pipelining }, expected }, random): Steps<void> {
    const asked = Array.from({ length: pipelining }, () => Math.floor(random() * keys));
    yield* messages.send(asked.map((key) => ['GET', nameOf(key)]));
    for (const key of asked) {
      stamp(expected, key);
      requireValue(yield* messages.next(), expected);
    }
    if (messages.waiting > 0)
      throw Object.assign(new Error('the server sent replies that no command asked for'), {
        code: 'EUNASKED',
      });
  },
  *disconnect({ stream }) {
    yield* stream.close();
  },
});

/** As redis-benchmark has them. */
const nameOf = (key: number): string => `key:${String(key).padStart(12, '0')}`;

function valueFor(key: number, bytes: number): Uint8Array {
  const value = Buffer.alloc(bytes, 'iobench ');
  stamp(value, key);
  return value;
}

/** @throws RedisError if the reply is one; Error `EMISMATCH` if it is anything but the value. */
function requireValue(reply: Reply, expected: Uint8Array): void {
  if (reply instanceof RedisError) throw reply;
  if (!(reply instanceof Uint8Array) || !isEchoOf(expected, reply))
    throw Object.assign(new Error('the reply is not the value of the key'), { code: 'EMISMATCH' });
}

/** Sets every key. */
function* fill({ host, port, keys, valueSize }: RedisFixture): Steps<void> {
  const stream = streamOver(yield* connect(host, port));
  const messages = messagesOver(stream, createRespCodec());
  for (let key = 0; key < keys; key++) {
    const reply = yield* ask(messages, [['SET', nameOf(key), valueFor(key, valueSize)]]);
    if (reply instanceof RedisError) throw reply;
  }
  yield* stream.close();
}
