import { describe, expect, test } from 'vitest';
import {
  type Connection,
  close,
  connect,
  OperationError,
  peek,
  receive,
  send,
  sleep,
} from '../../src/operations.ts';
import { engines, run } from './every-engine.ts';
import { peerProcess } from './peer-process.ts';

const peer = peerProcess();

/** What a peek sees as soon as there is something. */
function* peekSoon(connection: Connection) {
  for (let time = 0; time < 200; time++) {
    const seen = yield* peek(connection);
    if (seen !== 'nothing') return seen;
    yield* sleep(10e6);
  }
  return 'nothing';
}

describe.each(engines)('sockets by the $name engine', ({ perform }) => {
  /**
   * Connects, sends a text, and receives in pieces of at most `pieceBytes` until `most` bytes are there or
   * the peer closes.
   */
  function* talk(text: string | Buffer, most: number, pieceBytes = 64 * 1024) {
    const connection = yield* connect('127.0.0.1', peer.port);
    const sent = yield* send(connection, Buffer.from(text));
    const answer = Buffer.alloc(most);
    const pieces: number[] = [];
    let received = 0;
    while (received < most) {
      const bytes = yield* receive(connection, answer, received, Math.min(pieceBytes, most - received));
      pieces.push(bytes);
      if (bytes === 0) break;
      received += bytes;
    }
    yield* close(connection);
    return { sent, pieces, answer: answer.subarray(0, received) };
  }

  test('what is sent comes back', async () => {
    const { sent, answer } = await run(perform, talk('echo', 4));
    expect(sent).toBe(4);
    expect(answer.toString()).toBe('echo');
  });

  test('a part of a buffer is sent, and received into a part of one', async () => {
    const steps = function* () {
      const connection = yield* connect('127.0.0.1', peer.port);
      const sent = yield* send(connection, Buffer.from('..echo..'), 2, 4);
      const buffer = Buffer.alloc(8, '-');
      let received = 0;
      while (received < 4) received += yield* receive(connection, buffer, 2 + received, 4 - received);
      yield* close(connection);
      return [sent, buffer.toString()];
    };
    expect(await run(perform, steps())).toEqual([4, '--echo--']);
  });

  test('what arrives at once can be received in small pieces, none lost', async () => {
    for (const pieceBytes of [1, 3, 4, 9, 10]) {
      const { answer } = await run(perform, talk('p', 10, pieceBytes));
      expect(answer.toString()).toBe('abcdefghij');
    }
  });

  test('a long answer in small pieces, over many rounds', async () => {
    const message = Buffer.from(
      Array.from({ length: 300_000 }, (_, index) => (index === 0 ? 101 : index % 251)),
    );
    const { answer } = await run(perform, talk(message, message.length, 7000));
    expect(answer.equals(message)).toBe(true);
  });

  test('what the peer sent before it closed is received, then 0', async () => {
    const { answer, pieces } = await run(perform, talk('d', 100));
    expect(answer.toString()).toBe('abcdefghij');
    expect(pieces.at(-1)).toBe(0);
  });

  test('a peer that closes is the end, not an error, however often one asks', async () => {
    const steps = function* () {
      const connection = yield* connect('127.0.0.1', peer.port);
      yield* send(connection, Buffer.from('f'));
      const ends = [yield* receive(connection, Buffer.alloc(8)), yield* receive(connection, Buffer.alloc(8))];
      yield* close(connection);
      return ends;
    };
    expect(await run(perform, steps())).toEqual([0, 0]);
  });

  test('a peer that resets: ECONNRESET, receive, and its address', async () => {
    const error = await run(perform, talk('r', 8)).catch((reset: unknown) => reset);
    expect(error).toBeInstanceOf(OperationError);
    expect(error).toMatchObject({
      code: 'ECONNRESET',
      operation: 'receive',
      target: `127.0.0.1:${peer.port}`,
    });
  });

  test('to send to a peer that has gone fails in the end, and tells how', async () => {
    const steps = function* () {
      const connection = yield* connect('127.0.0.1', peer.port);
      yield* send(connection, Buffer.from('r'));
      try {
        yield* receive(connection, Buffer.alloc(8));
      } catch {}
      for (let time = 0; time < 5; time++) yield* send(connection, Buffer.alloc(100_000));
    };
    const error = await run(perform, steps()).catch((gone: unknown) => gone);
    expect(error).toMatchObject({ operation: 'send', target: `127.0.0.1:${peer.port}` });
    expect(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']).toContain((error as OperationError).code);
  });

  test('a peek tells what has come while others were waited for, and leaves it there', async () => {
    const steps = function* () {
      const connection = yield* connect('127.0.0.1', peer.port);
      const seen = [yield* peek(connection)];
      yield* send(connection, Buffer.from('x'));
      seen.push(yield* peekSoon(connection), yield* peek(connection));
      const bytes = yield* receive(connection, Buffer.alloc(20));
      seen.push(yield* peekSoon(connection), yield* peek(connection));
      const end = yield* receive(connection, Buffer.alloc(20));
      yield* close(connection);
      return { seen, bytes, end };
    };
    const expected = { seen: ['nothing', 'bytes', 'bytes', 'end', 'end'], bytes: 10, end: 0 };
    expect(await run(perform, steps())).toEqual(expected);
  });

  test('a receive that fills its buffer leaves what a peek sees at once', async () => {
    const steps = function* () {
      const connection = yield* connect('127.0.0.1', peer.port);
      yield* send(connection, Buffer.from('p'));
      const seen = [yield* peekSoon(connection)];
      const first = yield* receive(connection, Buffer.alloc(4));
      seen.push(yield* peek(connection));
      const rest = yield* receive(connection, Buffer.alloc(6));
      seen.push(yield* peek(connection));
      yield* close(connection);
      return { first, rest, seen };
    };
    expect(await run(perform, steps())).toEqual({ first: 4, rest: 6, seen: ['bytes', 'bytes', 'nothing'] });
  });

  test('a connection that was reset while it was idle is at its end', async () => {
    const steps = function* () {
      const connection = yield* connect('127.0.0.1', peer.port);
      yield* send(connection, Buffer.from('r'));
      const seen = yield* peekSoon(connection);
      yield* close(connection);
      return seen;
    };
    expect(await run(perform, steps())).toBe('end');
  });

  test('nobody listens: ECONNREFUSED, connect, and its address', async () => {
    const error = await perform(connect('127.0.0.1', 1)).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(OperationError);
    expect(error).toMatchObject({ code: 'ECONNREFUSED', operation: 'connect', target: '127.0.0.1:1' });
  });

  test('many connections at once keep their bytes apart', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `echo ${index}`);
    const answers = await Promise.all(texts.map((text) => run(perform, talk(text, text.length))));
    expect(answers.map(({ answer }) => answer.toString())).toEqual(texts);
  });
});
