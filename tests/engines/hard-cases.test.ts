/** What goes wrong, or nearly: every engine has to bring each of these to the same end. */
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import {
  type Connection,
  close,
  connect,
  OperationError,
  receive,
  send,
  sleep,
  watch,
} from '../../src/operations.ts';
import { engines, run } from './every-engine.ts';
import { DELAY_MS, LARGE_BYTES, peerProcess } from './peer-process.ts';

const peer = peerProcess();
const openHere = () => connect('127.0.0.1', peer.port);

/** Receives until so many bytes are there, in pieces; fewer if the peer ends. */
function* receiveAll(connection: Connection, most: number, pieceBytes = most) {
  const answer = Buffer.alloc(most);
  let received = 0;
  while (received < most) {
    const bytes = yield* receive(connection, answer, received, Math.min(pieceBytes, most - received));
    if (bytes === 0) break;
    received += bytes;
  }
  return answer.subarray(0, received);
}

/** One question to the peer, in a connection of its own. */
function* ask(letter: string) {
  const connection = yield* openHere();
  yield* send(connection, Buffer.from(letter));
  const answer = Buffer.alloc(64);
  const bytes = yield* receive(connection, answer);
  yield* close(connection);
  return answer.subarray(0, bytes).toString();
}

function* echo(text: string) {
  const connection = yield* openHere();
  yield* send(connection, Buffer.from(text));
  const answer = yield* receiveAll(connection, text.length, 3);
  yield* close(connection);
  return answer.toString();
}

const later = () => sleep(3 * DELAY_MS * 1e6);

describe.each(engines)('by the $name engine', ({ perform }) => {
  test.each([1, 3, 10, 100])(
    'the end that came together with the last bytes is seen, in pieces of %i',
    async (pieceBytes) => {
      const steps = function* () {
        const connection = yield* openHere();
        yield* send(connection, Buffer.from('x'));
        yield* later();
        const answer = yield* receiveAll(connection, 100, pieceBytes);
        const again = yield* receive(connection, Buffer.alloc(8));
        yield* close(connection);
        return [answer.toString(), again];
      };
      expect(await run(perform, steps())).toEqual(['abcdefghij', 0]);
    },
  );

  test('a peer that has ended its half can still be sent to', async () => {
    const steps = function* () {
      const connection = yield* openHere();
      yield* send(connection, Buffer.from('f'));
      const end = yield* receive(connection, Buffer.alloc(8));
      const sent = [yield* send(connection, Buffer.alloc(10)), yield* send(connection, Buffer.alloc(1000))];
      yield* later();
      yield* close(connection);
      return { end, sent, arrived: yield* ask('a') };
    };
    expect(await run(perform, steps())).toEqual({ end: 0, sent: [10, 1000], arrived: '1010' });
  });

  test('both send more than the sockets hold, at once: all arrives', async () => {
    const message = Buffer.alloc(LARGE_BYTES, 'b');
    const steps = function* () {
      const connection = yield* openHere();
      const sent = yield* send(connection, message);
      const answer = yield* receiveAll(connection, LARGE_BYTES + 3, 256 * 1024);
      yield* close(connection);
      return {
        sent,
        bytes: answer.length,
        isWhole: answer.subarray(0, LARGE_BYTES).equals(message),
        last: answer.subarray(LARGE_BYTES).toString(),
      };
    };
    expect(await run(perform, steps())).toEqual({
      sent: LARGE_BYTES,
      bytes: LARGE_BYTES + 3,
      isWhole: true,
      last: 'all',
    });
  });

  test('a reset in the middle of a send is its failure, never a part of its bytes', async () => {
    const steps = function* () {
      const connection = yield* openHere();
      try {
        return yield* send(connection, Buffer.alloc(LARGE_BYTES, 'm'));
      } catch (error) {
        yield* close(connection);
        return error;
      }
    };
    const outcome = await run(perform, steps());
    expect(outcome).toBeInstanceOf(OperationError);
    expect(outcome).toMatchObject({ operation: 'send', target: `127.0.0.1:${peer.port}` });
    expect(['ECONNRESET', 'EPIPE']).toContain((outcome as OperationError).code);
  });

  test('a reset before the receive is its failure', async () => {
    const steps = function* () {
      const connection = yield* openHere();
      yield* send(connection, Buffer.from('r'));
      yield* later();
      try {
        return yield* receive(connection, Buffer.alloc(8));
      } catch (error) {
        yield* close(connection);
        return error;
      }
    };
    expect(await run(perform, steps())).toMatchObject({ code: 'ECONNRESET', operation: 'receive' });
  });

  test('a reset that came together with bytes is no end: the bytes are received, and then it is told', async () => {
    const steps = function* () {
      const connection = yield* openHere();
      yield* send(connection, Buffer.from('s'));
      // Nobody looks while they come: a loop finds both at once.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * DELAY_MS);
      const answer = yield* receiveAll(connection, 10);
      try {
        return [answer.toString(), yield* receive(connection, Buffer.alloc(8))];
      } catch (error) {
        return [answer.toString(), (error as OperationError).code];
      } finally {
        yield* close(connection);
      }
    };
    for (let time = 0; time < 3; time++)
      expect(await run(perform, steps())).toEqual(['abcdefghij', 'ECONNRESET']);
  });

  test('200 connections at once: each has its own answer', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `echo number ${index}`);
    expect(await Promise.all(texts.map((text) => run(perform, echo(text))))).toEqual(texts);
  });

  test('descriptor numbers that come back belong to the new connection', async () => {
    const reset = function* () {
      const connection = yield* openHere();
      yield* send(connection, Buffer.from('r'));
      try {
        return yield* receive(connection, Buffer.alloc(8));
      } catch {
        return -1;
      } finally {
        yield* close(connection);
      }
    };
    const unread = function* () {
      const connection = yield* openHere();
      yield* send(connection, Buffer.from('p'));
      const bytes = yield* receive(connection, Buffer.alloc(1));
      yield* close(connection);
      return bytes;
    };
    for (let round = 0; round < 10; round++) {
      expect(await run(perform, reset())).toBe(-1);
      expect(await run(perform, echo(`echo ${round}`))).toBe(`echo ${round}`);
      expect(await run(perform, unread())).toBe(1);
    }
  });

  test('a timeout passes while others are served, and none is lost', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `echo ${index}`);
    const steps = function* (text: string) {
      yield* sleep(1e6 * (text.length % 3));
      const answer = yield* echo(text);
      yield* sleep(2e6);
      return answer;
    };
    expect(await Promise.all(texts.map((text) => run(perform, steps(text))))).toEqual(texts);
  });

  test.skipIf(process.platform !== 'linux')(
    'a connection that is refused leaves no descriptor behind',
    async () => {
      const attempts = () =>
        Promise.all(
          Array.from({ length: 50 }, () =>
            perform(connect('127.0.0.1', 1)).catch((error: OperationError) => error.code),
          ),
        );
      const openNow = () => readdirSync('/proc/self/fd').length;
      await attempts();
      const before = openNow();
      expect(new Set(await attempts())).toEqual(new Set(['ECONNREFUSED']));
      await expect.poll(openNow).toBeLessThan(before + 10);
    },
  );
});

const watching = engines.filter(({ name }) => name !== 'blocking');
describe.each(watching)('silent connections by the $name engine', ({ perform }) => {
  test('one that is closed is closed for the peer, too', async () => {
    const openThere = async () => Number(await run(perform, ask('n')));
    await expect.poll(openThere, { timeout: 10_000 }).toBe(0);
    const steps = function* () {
      const connection = yield* openHere();
      yield* watch(connection);
      yield* later();
      yield* close(connection);
    };
    for (let round = 0; round < 3; round++) await run(perform, steps());
    await expect.poll(openThere, { timeout: 5000 }).toBe(0);
  });

  test('one that is not silent stops nobody', async () => {
    const steps = function* () {
      const connection = yield* openHere();
      yield* watch(connection);
      yield* send(connection, Buffer.from('p'));
      const answer = yield* echo('echo');
      const watched = yield* receiveAll(connection, 10);
      yield* close(connection);
      return [answer, watched.toString()];
    };
    expect(await run(perform, steps())).toEqual(['echo', 'abcdefghij']);
  });
});
