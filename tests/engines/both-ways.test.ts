/** A reader and a writer wait on one connection at the same time. */
import { describe, expect, test } from 'vitest';
import { type Connection, close, connect, receive, send } from '../../src/operations.ts';
import { engines } from './every-engine.ts';
import { LARGE_BYTES, peerProcess } from './peer-process.ts';

const peer = peerProcess();
const message = Buffer.alloc(LARGE_BYTES, 'b');

function* sendAll(connection: Connection) {
  return yield* send(connection, message);
}
/** What the peer sends: as much, and at the end that it has taken all. */
function* receiveAll(connection: Connection) {
  const buffer = Buffer.alloc(256 * 1024);
  let received = 0;
  while (received < LARGE_BYTES + 3) {
    const bytes = yield* receive(connection, buffer);
    if (bytes === 0) break;
    received += bytes;
  }
  return received;
}

describe.each(engines.filter(({ name }) => name !== 'blocking'))(
  'by the $name engine',
  ({ perform, runSteps }) => {
    test.each(['reader', 'writer'])('both are woken, when the %s waits first', async (first) => {
      const connection = (await perform(connect('127.0.0.1', peer.port))) as Connection;
      const begin = {
        reader: () => runSteps(receiveAll(connection)),
        writer: () => runSteps(sendAll(connection)),
      };
      const ends = first === 'reader' ? [begin.reader(), begin.writer()] : [begin.writer(), begin.reader()];
      expect((await Promise.all(ends)).sort()).toEqual([LARGE_BYTES, LARGE_BYTES + 3]);
      await perform(close(connection));
    });

    test('each of many pairs, one after another on the same connection', async () => {
      const connection = (await perform(connect('127.0.0.1', peer.port))) as Connection;
      const answer = Buffer.alloc(4);
      function* read() {
        let received = 0;
        while (received < 4) received += yield* receive(connection, answer, received);
        return answer.toString();
      }
      function* write(round: number) {
        yield* send(connection, Buffer.from(`e${String(round).padStart(3, '0')}`));
      }
      for (let round = 0; round < 50; round++) {
        const [text] = await Promise.all([runSteps(read()), runSteps(write(round))]);
        expect(text).toBe(`e${String(round).padStart(3, '0')}`);
      }
      await perform(close(connection));
    });
  },
);
