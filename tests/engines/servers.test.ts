/** Servers: listening, accepting, and what is accepted. */

import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import {
  accept,
  type Connection,
  close,
  type Listener,
  listen,
  OperationError,
  receive,
  send,
  shutdown,
  sleep,
} from '../../src/operations.ts';
import { compiled } from '../compiled.ts';
import { clientProcess } from './client-process.ts';
import { engines, type TestedEngine } from './every-engine.ts';

const clients = clientProcess();
const MIB = 2 ** 20;

/** Sends back what comes, until the client ends its half. */
function* echo(connection: Connection, pieceBytes = 64 * 1024) {
  const buffer = Buffer.alloc(pieceBytes);
  for (let bytes = yield* receive(connection, buffer); bytes > 0; bytes = yield* receive(connection, buffer))
    yield* send(connection, buffer, 0, bytes);
}

/** Accepts so many, one after another, and serves each to its end. */
function* serve(listener: Listener, count: number) {
  for (let served = 0; served < count; served++) {
    const connection = yield* accept(listener);
    yield* echo(connection);
    yield* close(connection);
  }
}

/** Accepts and closes until that fails; the code, and how many were accepted. */
function* acceptUntilOver(listener: Listener, accepted: () => boolean = () => false) {
  for (let count = 0; ; count++) {
    try {
      yield* close(yield* accept(listener));
    } catch (error) {
      return { count, code: (error as OperationError).code };
    }
    if (accepted()) yield* shutdown(listener);
  }
}

/** The same, by the blocking engine in a thread of its own. */
function acceptingThread(listener: Listener): Promise<unknown> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    (async () => {
      const { blocking } = await import(workerData.engine);
      parentPort.postMessage('ready');
      let count = 0;
      try {
        for (;; count++) blocking.close({ target: blocking.accept({ listener: workerData.listener }) });
      } catch (error) {
        parentPort.postMessage({ count, code: error.code });
      }
    })();`;
  const worker = new Worker(code, {
    eval: true,
    workerData: { engine: compiled('engines/blocking.js'), listener },
  });
  return new Promise((resolve, reject) => {
    worker.on('message', (message) => message !== 'ready' && resolve(message));
    worker.on('error', reject);
  });
}

const codeOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'no error',
    (error: OperationError) => error.code,
  );
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const hasIpv6 = Object.values(os.networkInterfaces()).some((each) =>
  each?.some((it) => it.address === '::1'),
);

/** Accepts on two listeners at once until there are so many altogether. */
async function acceptOnBoth({ name, runSteps }: TestedEngine, both: Listener[], most: number) {
  let count = 0;
  if (name === 'blocking') {
    const threads = both.map(acceptingThread);
    await pause(500);
    for (const listener of both) await runSteps(shutdown(listener) as never);
    return Promise.all(threads);
  }
  function* stopAtTheLast() {
    while (count < most) yield* sleep(1e6);
    for (const listener of both) yield* shutdown(listener);
  }
  const accepting = both.map((listener) => runSteps(acceptUntilOver(listener, () => ++count > most)));
  const [ends] = await Promise.all([Promise.all(accepting), runSteps(stopAtTheLast())]);
  return ends;
}

describe.each(engines)('servers by the $name engine', (engine) => {
  const { perform, runSteps } = engine;
  const openListener = (host = '127.0.0.1', port = 0, options = {}) =>
    perform(listen(host, port, options)) as Promise<Listener>;

  test.skipIf(!hasIpv6)('IPv6, too', async () => {
    const listener = await openListener('::1');
    const answered = await clients.begin({ act: 'open', port: listener.port, count: 1, host: '::1' });
    const connection = (await perform(accept(listener))) as Connection;
    expect(await answered()).toBe(1);
    await perform(close(connection));
    await perform(close(listener));
  });

  test('200 connections at once, before the first is accepted: each is served', async () => {
    const listener = await openListener();
    expect(listener.port).toBeGreaterThan(0);
    expect(await clients.ask({ act: 'open', port: listener.port, count: 200 })).toBe(200);
    const answered = await clients.begin({ act: 'talk' });
    await runSteps(serve(listener, 200));
    expect(await answered()).toEqual(Array.from({ length: 200 }, (_, index) => `number ${index}`));
    await perform(close(listener));
  });

  test('a client that has ended its half is sent the rest, and reads it to the end', async () => {
    const listener = await openListener();
    const answered = await clients.begin({ act: 'send', port: listener.port, bytes: 10, delayMs: 0 });
    function* serveLate() {
      const connection = yield* accept(listener);
      const buffer = Buffer.alloc(100);
      let received = 0;
      for (let bytes = -1; bytes !== 0; received += bytes)
        bytes = yield* receive(connection, buffer, received);
      yield* sleep(20e6);
      yield* send(connection, buffer, 0, received);
      yield* send(connection, Buffer.from(', and the rest'));
      yield* close(connection);
      return received;
    }
    expect(await runSteps(serveLate())).toBe(10);
    expect(await answered()).toMatchObject({ text: 'abcdefghij, and the rest' });
    await perform(close(listener));
  });

  test('after its own half has ended, a server still receives, and cannot send', async () => {
    const listener = await openListener();
    await clients.ask({ act: 'open', port: listener.port, count: 1 });
    const connection = (await perform(accept(listener))) as Connection;
    await perform(send(connection, Buffer.from('first')));
    await perform(shutdown(connection));
    await perform(shutdown(connection));
    expect(await codeOf(perform(send(connection, Buffer.from('more'))))).toBe('EPIPE');
    expect(await clients.ask({ act: 'talk' })).toEqual(['first']);
    const buffer = Buffer.alloc(100);
    const bytes = (await perform(receive(connection, buffer))) as number;
    expect(buffer.toString('utf8', 0, bytes)).toBe('number 0');
    expect(await perform(receive(connection, buffer))).toBe(0);
    await perform(close(connection));
    await perform(close(listener));
  });

  test.each([MIB, 1000])('1 MiB both ways, in pieces of at most %i', async (pieceBytes) => {
    const listener = await openListener();
    const answered = await clients.begin({ act: 'send', port: listener.port, bytes: MIB, delayMs: 30 });
    function* serveOne() {
      const connection = yield* accept(listener);
      yield* echo(connection, pieceBytes);
      yield* close(connection);
    }
    await runSteps(serveOne());
    expect(await answered()).toMatchObject({ bytes: MIB, isSame: true });
    await perform(close(listener));
  });

  test('a connection that was reset before it was accepted does not end the listener', async () => {
    const listener = await openListener();
    await clients.ask({ act: 'reset', port: listener.port });
    await clients.ask({ act: 'open', port: listener.port, count: 1 });
    const answered = await clients.begin({ act: 'talk' });
    function* serveTheLiving() {
      for (let code: unknown = 'none'; code !== undefined; ) {
        const connection = yield* accept(listener);
        code = undefined;
        try {
          yield* echo(connection);
        } catch (error) {
          code = error;
        }
        yield* close(connection);
        if (code) expect(code).toMatchObject({ code: 'ECONNRESET', operation: 'receive' });
      }
    }
    await runSteps(serveTheLiving());
    expect(await answered()).toEqual(['number 0']);
    await perform(close(listener));
  });

  test('a port that is in use, an address of another machine, a name: what, where and why', async () => {
    const listener = await openListener();
    const { port } = listener;
    const inUse = await openListener('127.0.0.1', port).catch((error: unknown) => error);
    expect(inUse).toBeInstanceOf(OperationError);
    expect(inUse).toMatchObject({ code: 'EADDRINUSE', operation: 'listen', target: `127.0.0.1:${port}` });
    expect(await codeOf(openListener('192.0.2.1'))).toBe('EADDRNOTAVAIL');
    expect(await codeOf(openListener('localhost'))).toBe('EINVAL');
    await perform(close(listener));
    await perform(close(await openListener('127.0.0.1', port)));
  });

  test('two listeners on one port share its connections', async () => {
    const first = await openListener('127.0.0.1', 0, { reusePort: true });
    const second = await openListener('127.0.0.1', first.port, { reusePort: true });
    expect(await codeOf(openListener('127.0.0.1', first.port))).toBe('EADDRINUSE');
    expect(await clients.ask({ act: 'open', port: first.port, count: 64 })).toBe(64);
    const ends = (await acceptOnBoth(engine, [first, second], 64)) as { count: number; code: string }[];
    expect(ends.map(({ code }) => code)).toEqual(['EINVAL', 'EINVAL']);
    const counts = ends.map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count)).toBe(64);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    for (const listener of [first, second]) await perform(close(listener));
  });

  test('connections that nobody has accepted are reset when the listener is closed', async () => {
    const listener = await openListener();
    await clients.ask({ act: 'open', port: listener.port, count: 3 });
    await runSteps(
      (function* () {
        yield* sleep(20e6);
        yield* close(listener);
      })(),
    );
    expect(await clients.ask({ act: 'ends' })).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
    expect(await codeOf(perform(accept(listener)))).toBe('EINVAL');
  });
});

describe.each(engines.filter(({ name }) => name !== 'blocking'))(
  'several in accept by the $name engine',
  ({ perform, runSteps }) => {
    test.each(['close', 'shutdown'])('%s: whoever waits gets an error', async (how) => {
      const listener = (await perform(listen('127.0.0.1', 0))) as Listener;
      function* end() {
        yield* sleep(20e6);
        yield* how === 'close' ? close(listener) : shutdown(listener);
      }
      const waiting = [1, 2, 3].map(() => runSteps(acceptUntilOver(listener)));
      await runSteps(end());
      expect(await Promise.all(waiting)).toEqual(Array(3).fill({ count: 0, code: 'EINVAL' }));
      expect(await codeOf(perform(accept(listener)))).toBe('EINVAL');
      if (how === 'shutdown') await perform(close(listener));
    });

    test('each gets a connection, in their order', async () => {
      const listener = (await perform(listen('127.0.0.1', 0))) as Listener;
      const order: number[] = [];
      function* acceptor(number: number) {
        const connection = yield* accept(listener);
        order.push(number);
        yield* echo(connection);
        yield* close(connection);
      }
      await clients.begin({ act: 'open', port: listener.port, count: 4 });
      const answered = await clients.begin({ act: 'talk' });
      await Promise.all([0, 1, 2, 3].map((number) => runSteps(acceptor(number))));
      expect(await answered()).toHaveLength(4);
      expect(order).toEqual([0, 1, 2, 3]);
      await perform(close(listener));
    });
  },
);

describe('blocking in accept(2)', () => {
  test.each(['close', 'shutdown'])('%s by another thread wakes it, with an error', async (how) => {
    const { perform } = engines[0] as TestedEngine;
    const listener = (await perform(listen('127.0.0.1', 0))) as Listener;
    const ended = acceptingThread(listener);
    await clients.ask({ act: 'open', port: listener.port, count: 5 });
    await pause(300);
    await perform(how === 'close' ? close(listener) : shutdown(listener));
    expect(await ended).toEqual({ count: 5, code: 'EINVAL' });
    if (how === 'shutdown') await perform(close(listener));
  });
});

test.each([-1, 65_536, 1.5, Number.NaN])('there is no port %d', (port) => {
  expect(() => listen('127.0.0.1', port)).toThrow(RangeError);
});

test.each([0, -1, 1.5, 2 ** 31, Number.NaN])('there is no backlog of %d', (backlog) => {
  expect(() => listen('127.0.0.1', 0, { backlog })).toThrow(RangeError);
});
