/** TLS under every engine, with Node's own node:tls at the other end: what works, and what is refused. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import koffi from 'koffi';
import { afterAll, describe, expect, test } from 'vitest';
import { accept, close, connect, listen, type Steps, sleep } from '../../src/operations.ts';
import { makeCertificates } from '../../src/protocols/certificate.ts';
import { acceptTls, connectTls } from '../../src/protocols/tls.ts';
import { TlsMemory } from '../../src/protocols/tls-memory.ts';
import type { TlsStream } from '../../src/protocols/tls-stream.ts';
import { engines } from '../engines/every-engine.ts';
import { tlsPeer } from './tls-peer.ts';

const peer = tlsPeer();

interface Dialling {
  readonly host?: string;
  readonly caFile?: string;
  readonly memory?: TlsMemory;
}

function* dial(port: number, { host = 'localhost', caFile = peer.caFile, memory }: Dialling = {}) {
  return yield* connectTls(yield* connect('127.0.0.1', port), { host, caFile, memory });
}

/** Receives so many bytes, or until the end. */
function* received(stream: TlsStream, most: number): Steps<Buffer> {
  const parts: Buffer[] = [];
  for (let total = 0; total < most; ) {
    const bytes = yield* stream.receive();
    if (bytes.length === 0) break;
    parts.push(Buffer.from(bytes));
    total += bytes.length;
  }
  return Buffer.concat(parts);
}

function* echoed(port: number, bytes: number, dialling: Dialling = {}) {
  const stream = yield* dial(port, dialling);
  try {
    const message = Buffer.alloc(bytes, 'abcdefghijklm');
    yield* stream.send(message);
    const echo = yield* received(stream, bytes);
    const { version, isResumed } = stream;
    return { version, isResumed, isSame: echo.equals(message) };
  } finally {
    yield* stream.close();
  }
}

/** The code and the message of what fails. */
function* failureOf(steps: Steps): Steps<{ code: unknown; message: string }> {
  try {
    yield* steps;
  } catch (error) {
    return { code: (error as { code?: unknown }).code, message: (error as Error).message };
  }
  return { code: 'nothing failed', message: '' };
}

describe.each(engines)('TLS by the $name engine', ({ runSteps }) => {
  test.each([1, 64, 16_384, 16_385, 65_536, 1_000_000])('%i bytes come back', async (bytes) => {
    expect(await runSteps(echoed(peer.ports.good, bytes))).toEqual({
      version: 'TLSv1.3',
      isResumed: false,
      isSame: true,
    });
  });

  test('TLS 1.2 works, and nothing older', async () => {
    expect(await runSteps(echoed(peer.ports.older, 65_536))).toMatchObject({
      version: 'TLSv1.2',
      isSame: true,
    });
    const refused = await runSteps(failureOf(dial(peer.ports.tooOld)));
    expect(refused.code).toBe('ETLS');
    expect(refused.message).toMatch(/handshake: .*version/);
  });

  test('one byte at a time', async () => {
    expect(await runSteps(echoed(peer.ports.slow, 100))).toMatchObject({ isSame: true });
  });

  test('the server learns the name, and no address', async () => {
    const name = function* (host: string) {
      const stream = yield* dial(peer.ports.named, { host });
      const text = yield* received(stream, 6);
      yield* stream.close();
      return text.toString();
    };
    expect(await runSteps(name('localhost'))).toBe('localhost');
    expect(await runSteps(name('127.0.0.1'))).toBe('nobody');
  });

  test.each([
    ['another host', 'other', {}, /hostname mismatch \(62\)/],
    ['another address', 'other', { host: '127.0.0.1' }, /IP address mismatch \(64\)/],
    ['an unknown authority', 'good', { caFile: 'other' }, /unable to get local issuer certificate \(20\)/],
    ['a time that is over', 'expired', {}, /certificate has expired \(10\)/],
  ] as const)('a certificate for %s is refused', async (_what, server, dialling, why) => {
    await peer.ask('forget', {});
    const { caFile, ...rest } = { caFile: undefined, ...dialling };
    const trust = caFile ? { caFile: peer.otherCaFile } : {};
    const refused = await runSteps(failureOf(dial(peer.ports[server], { ...rest, ...trust })));
    expect(refused.code).toBe('ECERTIFICATE');
    expect(refused.message).toMatch(/certificate verify failed/);
    expect(refused.message).toMatch(why);
    // The server is notified of it.
    expect(await peer.ask('refusal', {})).toMatch(/alert/);
  });

  test('what is no TLS, an alert, and an end meanwhile have codes and reasons', async () => {
    expect(await runSteps(failureOf(dial(peer.ports.garbage)))).toEqual({
      code: 'ETLS',
      message: 'ETLS: handshake: wrong version number',
    });
    // With TLS 1.3 a client has ended its handshake when the server refuses it.
    const refused = await runSteps(failureOf(echoed(peer.ports.asks, 10)));
    expect(refused).toEqual({ code: 'ETLS', message: 'ETLS: receive: tlsv13 alert certificate required' });
    const cut = await runSteps(failureOf(dial(peer.ports.cut)));
    expect(cut).toMatchObject({ code: expect.stringMatching(/EOF|ECONNRESET/) });
  });

  test('an end without close_notify is none; a reset is one', async () => {
    const broken = await runSteps(failureOf(echoed(peer.ports.breaksOff, 65_536)));
    expect(broken).toMatchObject({ code: 'EOF', message: expect.stringMatching(/may be incomplete/) });
    const reset = await runSteps(failureOf(echoed(peer.ports.resets, 65_536)));
    expect(reset.code).toMatch(/ECONNRESET|EPIPE/);
    expect(await runSteps(failureOf(echoed(peer.ports.cutsOff, 10)))).toMatchObject({
      code: expect.stringMatching(/EOF|ECONNRESET/),
    });
  });

  test('an orderly end is the end of the stream, and can be peeked at', async () => {
    const steps = function* () {
      const stream = yield* dial(peer.ports.ends);
      yield* stream.send(Buffer.from('bye'));
      const last = yield* received(stream, 100);
      const seen = yield* stream.peek();
      const again = yield* stream.receive();
      yield* stream.close();
      return { last: last.toString(), seen, again: again.length };
    };
    expect(await runSteps(steps())).toEqual({ last: 'the last', seen: 'end', again: 0 });
  });

  test('tickets are nothing that was sent; content is', async () => {
    const soon = function* (port: number) {
      const stream = yield* dial(port);
      const seen: string[] = [];
      for (let time = 0; time < 20; time++) {
        yield* sleep(5e6);
        seen.push(yield* stream.peek());
      }
      const content = seen.includes('bytes') ? Buffer.from(yield* stream.receive()).toString() : '';
      yield* stream.close();
      return { seen: [...new Set(seen)].at(-1), content };
    };
    expect(await runSteps(soon(peer.ports.good))).toEqual({ seen: 'nothing', content: '' });
    expect(await runSteps(soon(peer.ports.hasty))).toEqual({ seen: 'bytes', content: 'unasked' });
  });

  test.each(['good', 'older'] as const)('a session is continued (%s)', async (server) => {
    const memory = new TlsMemory();
    const outcomes = [];
    for (let time = 0; time < 3; time++)
      outcomes.push(await runSteps(echoed(peer.ports[server], 10, { memory })));
    memory.free();
    expect(outcomes.map(({ isResumed }) => isResumed)).toEqual([false, true, true]);
  });

  test('a session is continued after an end on both sides, without any content', async () => {
    const memory = new TlsMemory();
    const shaken = function* () {
      const stream = yield* dial(peer.ports.good, { memory });
      yield* stream.end();
      const { isResumed } = stream;
      yield* stream.close();
      return isResumed;
    };
    const outcomes = [await runSteps(shaken()), await runSteps(shaken()), await runSteps(shaken())];
    memory.free();
    expect(outcomes).toEqual([false, true, true]);
  });

  test('a closed stream refuses to be used', async () => {
    const steps = function* () {
      const stream = yield* dial(peer.ports.good);
      yield* stream.release();
      const codes = [
        yield* failureOf(stream.send(Buffer.from('x'))),
        yield* failureOf(stream.receive()),
        yield* failureOf(stream.peek()),
      ].map(({ code, message }) => `${code} ${message}`);
      yield* stream.close();
      return new Set(codes);
    };
    expect(await runSteps(steps())).toEqual(new Set(['ETLS ETLS: the stream was closed']));
  });

  describe('as a server', () => {
    /** Accepts one connection, and does that with it. */
    async function served<Result>(act: string, how: object, serve: (stream: TlsStream) => Steps<Result>) {
      const listener = await runSteps(
        (function* () {
          return yield* listen('127.0.0.1', 0);
        })(),
      );
      const client = peer.ask<Record<string, unknown>>(act, { port: listener.port, ca: peer.caFile, ...how });
      // An unhandled rejection would end the test before it is looked at.
      client.catch(() => {});
      const steps = function* () {
        const connection = yield* accept(listener);
        try {
          const stream = yield* acceptTls(connection, peer.identity);
          const result = yield* serve(stream);
          yield* stream.release();
          return result;
        } finally {
          yield* close(connection);
          yield* close(listener);
        }
      };
      let result: Result | { code: unknown; message: string };
      try {
        result = await runSteps(steps());
      } catch (error) {
        result = { code: (error as { code: unknown }).code, message: (error as Error).message };
      }
      return { result, client: await client.catch(String) };
    }

    function* echo(stream: TlsStream): Steps<number> {
      let total = 0;
      for (;;) {
        const bytes = yield* stream.receive();
        if (bytes.length === 0) return total;
        total += bytes.length;
        yield* stream.send(bytes);
      }
    }

    test('it echoes, and continues sessions', async () => {
      const first = await served('talk', { bytes: 65_536 }, echo);
      expect(first).toMatchObject({ result: 65_536, client: { isSame: true, isResumed: false } });
      const { session } = first.client as { session: string };
      const second = await served('talk', { bytes: 10, session }, echo);
      expect(second).toMatchObject({ result: 10, client: { isSame: true, isResumed: true } });
    });

    test('what is no TLS, and a client that leaves, fail with the reason', async () => {
      const { result } = await served('say', { text: 'GET / HTTP/1.1\r\n\r\n' }, echo);
      expect(result).toEqual({ code: 'ETLS', message: 'ETLS: handshake: http request' });
      expect((await served('say', { text: 'no TLS at all' }, echo)).result).toMatchObject({ code: 'ETLS' });
      expect((await served('say', { text: '' }, echo)).result).toMatchObject({
        code: 'EOF',
        message: expect.stringMatching(/during the handshake/),
      });
    });
  });
});

/** By one engine: it is OpenSSL's and ours, not the engines'. */
test('a handshake that is cut after any byte fails, and says so', async () => {
  const { runSteps } = engines[0] as (typeof engines)[number];
  const codes = new Set<unknown>();
  let cuts = 0;
  for (; cuts < 5000; cuts++) {
    const { code } = await runSteps(failureOf(dial(peer.ports.cut)));
    if (code === 'nothing failed') break;
    codes.add(code);
  }
  // The flight of a server with such a certificate.
  expect(cuts).toBeGreaterThan(500);
  expect(cuts).toBeLessThan(5000);
  expect([...codes].filter((code) => code !== 'EOF' && code !== 'ECONNRESET')).toEqual([]);
});

/** Bytes that malloc(3) has given out and not taken back (mallinfo(3)), where it can be asked. */
function allocatedBytes(): (() => Promise<number>) | undefined {
  try {
    const info = koffi.struct({
      ...Object.fromEntries(
        ['arena', 'ordblks', 'smblks', 'hblks', 'hblkhd'].map((name) => [name, 'size_t']),
      ),
      ...Object.fromEntries(
        ['usmblks', 'fsmblks', 'uordblks', 'fordblks', 'keepcost'].map((name) => [name, 'size_t']),
      ),
    });
    const mallinfo2 = koffi.load(null).func('mallinfo2', info, []) as () => { uordblks: number };
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    return async () => {
      // The memory of buffers is given back by another thread, some time after they were collected.
      for (let time = 0; time < 5; time++) {
        collect();
        await setTimeout(20);
      }
      return mallinfo2().uordblks;
    };
  } catch {
    return undefined;
  }
}
const allocated = allocatedBytes();

describe.runIf(allocated)('memory', () => {
  const { runSteps } = engines[0] as (typeof engines)[number];
  const memory = new TlsMemory();
  afterAll(() => memory.free());

  test.each<[string, () => Steps]>([
    ['connections', () => echoed(peer.ports.good, 10)],
    ['continued sessions', () => echoed(peer.ports.good, 10, { memory })],
    ['refused certificates', () => failureOf(dial(peer.ports.other))],
    ['handshakes that are no TLS', () => failureOf(dial(peer.ports.garbage))],
    ['connections that break off', () => failureOf(echoed(peer.ports.breaksOff, 65_536))],
    [
      'certificates',
      function* () {
        yield* sleep(0);
        makeCertificates({ names: ['DNS:localhost'] });
      },
    ],
  ])('of %s is freed', async (_what, act) => {
    const TIMES = 150;
    const spend = async () => {
      for (let time = 0; time < TIMES; time++) await runSteps(act());
      return (allocated as () => Promise<number>)();
    };
    await spend();
    const before = await spend();
    const grown = ((await spend()) - before) / TIMES;
    // The state of one connection takes 20 KiB and more, a session or a certificate more than 1 KiB.
    expect(grown).toBeLessThan(500);
  });
});
