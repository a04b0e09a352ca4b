/** Datagrams, and receives with a deadline, by every engine. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Connection,
  close,
  connect,
  OperationError,
  peek,
  receive,
  receiveWithin,
  type Steps,
  send,
  sleep,
  type Transport,
} from '../../src/operations.ts';
import { datagramProcess, LATE_MS } from './datagram-process.ts';
import { engines, run } from './every-engine.ts';
import { peerProcess } from './peer-process.ts';

const peer = datagramProcess();
const streams = peerProcess();
const LONG_NS = 10e9;
const SHORT_NS = 20e6;

/** A port that nobody listens on: it was one, a moment ago. */
let deadPort = 0;
beforeAll(async () => {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  deadPort = socket.address().port;
  socket.close();
});

/** Opens a socket, and closes it after the steps, whatever becomes of them. */
function* withSocket<Result>(
  steps: (socket: Connection, buffer: Buffer) => Steps<Result>,
  { host = '127.0.0.1', port = peer.port }: { host?: string; port?: number } = {},
): Steps<Result> {
  const socket = yield* connect(host, port, { transport: 'udp' });
  try {
    return yield* steps(socket, Buffer.alloc(64));
  } finally {
    yield* close(socket);
  }
}

const codeOf = (error: unknown) => (error as OperationError).code ?? (error as Error).name;

/** Receives a text; the code of the failure, if that is what comes. */
function* textWithin(durationNs: number, socket: Connection, buffer: Buffer): Steps<string> {
  try {
    const bytes = yield* receiveWithin(durationNs, socket, buffer);
    return buffer.subarray(0, bytes).toString();
  } catch (error) {
    return codeOf(error);
  }
}

describe.each(engines)('datagrams by the $name engine', ({ name, perform }) => {
  test('what is sent comes back, whole, each in its own datagram', async () => {
    const steps = withSocket(function* (socket, buffer) {
      const sent = yield* send(socket, Buffer.from('..echo..'), 2, 4);
      const bytes = yield* receive(socket, buffer, 1);
      yield* send(socket, Buffer.from('e2'));
      return [sent, bytes, buffer.toString('latin1', 1, 5), yield* textWithin(LONG_NS, socket, buffer)];
    });
    expect(await run(perform, steps)).toEqual([4, 4, 'echo', 'e2']);
  });

  test('two that came together are received one by one, and what does not fit is lost', async () => {
    const steps = withSocket(function* (socket, buffer) {
      yield* send(socket, Buffer.from('t'));
      // Nobody looks while they come.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LATE_MS);
      const first = yield* receiveWithin(LONG_NS, socket, buffer, 0, 3);
      const second = yield* textWithin(LONG_NS, socket, buffer);
      return [first, second, yield* textWithin(SHORT_NS, socket, buffer)];
    });
    expect(await run(perform, steps)).toEqual([3, 'the second', 'ETIMEDOUT']);
  });

  test('an empty one is received', async () => {
    const steps = withSocket(function* (socket, buffer) {
      yield* send(socket, Buffer.from('0'));
      const bytes = yield* receiveWithin(LONG_NS, socket, buffer);
      yield* send(socket, Buffer.from('e'));
      return [bytes, yield* textWithin(LONG_NS, socket, buffer)];
    });
    expect(await run(perform, steps)).toEqual([0, 'e']);
  });

  test('one that is lost: the deadline ends the wait, and the next one is received', async () => {
    const steps = withSocket(function* (socket, buffer) {
      const outcomes: unknown[] = [];
      for (let round = 0; round < 3; round++) {
        yield* send(socket, Buffer.from('lost'));
        const beganMs = performance.now();
        try {
          yield* receiveWithin(SHORT_NS, socket, buffer);
        } catch (error) {
          outcomes.push(error);
        }
        // Node's timers have whole milliseconds.
        expect(performance.now() - beganMs).toBeGreaterThan(SHORT_NS / 1e6 - 2);
        yield* send(socket, Buffer.from('e'));
        outcomes.push(yield* textWithin(LONG_NS, socket, buffer));
      }
      return outcomes;
    });
    const outcomes = await run(perform, steps);
    expect(outcomes).toHaveLength(6);
    expect(outcomes[0]).toBeInstanceOf(OperationError);
    for (const round of [0, 2, 4]) {
      expect(outcomes[round]).toMatchObject({
        code: 'ETIMEDOUT',
        operation: 'receive',
        target: `127.0.0.1:${peer.port}`,
      });
      expect(outcomes[round + 1]).toBe('e');
    }
  });

  test('one that comes after its deadline is the next that is received', async () => {
    const steps = withSocket(function* (socket, buffer) {
      yield* send(socket, Buffer.from('wait'));
      const late = yield* textWithin(SHORT_NS, socket, buffer);
      return [late, yield* textWithin(LONG_NS, socket, buffer)];
    });
    expect(await run(perform, steps)).toEqual(['ETIMEDOUT', 'wait']);
  });

  test('the deadline of a receive that was met ends no later one', async () => {
    const steps = withSocket(function* (socket, buffer) {
      yield* send(socket, Buffer.from('e'));
      const first = yield* textWithin((LATE_MS / 2) * 1e6, socket, buffer);
      yield* send(socket, Buffer.from('w'));
      const withDeadline = yield* textWithin(LONG_NS, socket, buffer);
      yield* send(socket, Buffer.from('e'));
      yield* textWithin((LATE_MS / 2) * 1e6, socket, buffer);
      yield* send(socket, Buffer.from('w'));
      return [first, withDeadline, yield* receive(socket, buffer)];
    });
    expect(await run(perform, steps)).toEqual(['e', 'w', 1]);
  });

  test('nobody listens: ECONNREFUSED, and not a deadline', async () => {
    const steps = withSocket(
      function* (socket, buffer) {
        yield* send(socket, Buffer.from('anybody?'));
        const [first] = [yield* textWithin(LONG_NS, socket, buffer)];
        // The system reports each refusal once.
        return [first, yield* textWithin(SHORT_NS, socket, buffer)];
      },
      { port: deadPort },
    );
    expect(await run(perform, steps)).toEqual(['ECONNREFUSED', 'ETIMEDOUT']);
  });

  test('a peek sees one that has come, and leaves it there', async () => {
    const steps = withSocket(function* (socket, buffer) {
      const seen = [yield* peek(socket)];
      yield* send(socket, Buffer.from('t'));
      for (let time = 0; time < 200 && seen.at(-1) !== 'bytes'; time++) {
        yield* sleep(10e6);
        seen.push(yield* peek(socket));
      }
      const first = yield* textWithin(LONG_NS, socket, buffer);
      return [seen[0], seen.at(-1), first, yield* textWithin(LONG_NS, socket, buffer)];
    });
    expect(await run(perform, steps)).toEqual(['nothing', 'bytes', 'first', 'the second']);
  });

  test('IPv6', async ({ skip }) => {
    if (peer.port6 === 0) skip('this machine has no ::1');
    const steps = withSocket(
      function* (socket, buffer) {
        yield* send(socket, Buffer.from('e6'));
        return yield* textWithin(LONG_NS, socket, buffer);
      },
      { host: '::1', port: peer.port6 },
    );
    expect(await run(perform, steps)).toBe('e6');
  });

  test('a name is no address, and a datagram may be too long', async () => {
    const name = await perform(connect('localhost', 53, { transport: 'udp' })).catch(codeOf);
    expect(name).toBe('EINVAL');
    const steps = withSocket((socket) => send(socket, Buffer.alloc(70_000)) as unknown as Steps);
    expect(await run(perform, steps).catch(codeOf)).toBe('EMSGSIZE');
  });

  test('many sockets at once keep their datagrams apart, and each its deadline', async () => {
    const talk = (text: string, withinNs: number) =>
      withSocket(function* (socket, buffer) {
        yield* send(socket, Buffer.from(text));
        return yield* textWithin(withinNs, socket, buffer);
      });
    const asked = Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? 'lost' : `echo ${index}`));
    const outcomes = await Promise.all(
      asked.map((text) => run(perform, talk(text, text === 'lost' ? SHORT_NS : LONG_NS))),
    );
    expect(outcomes).toEqual(asked.map((text) => (text === 'lost' ? 'ETIMEDOUT' : text)));
  });

  test('a stream is received from with a deadline, too', async () => {
    const steps = function* () {
      const connection = yield* connect('127.0.0.1', streams.port);
      const buffer = Buffer.alloc(16);
      try {
        const silent = yield* textWithin(SHORT_NS, connection, buffer);
        yield* send(connection, Buffer.from('echo'));
        return [silent, yield* textWithin(LONG_NS, connection, buffer)];
      } finally {
        yield* close(connection);
      }
    };
    const expected = name.includes('multishot')
      ? ['UnsupportedError', 'UnsupportedError']
      : ['ETIMEDOUT', 'echo'];
    expect(await run(perform, steps())).toEqual(expected);
  });
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 31 * 1e6])(
  'a deadline of %d ns is refused',
  (durationNs) => {
    const connection = { handle: 'connection' } as const;
    expect(() => receiveWithin(durationNs, connection, Buffer.alloc(1))).toThrow(RangeError);
  },
);

test('another transport is refused', () => {
  expect(() => connect('127.0.0.1', 53, { transport: 'sctp' as Transport })).toThrow(/tcp or udp/);
});
