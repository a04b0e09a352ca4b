/** Connections that stay open and silent: what it takes to open many, counted and not timed. */
import { closeSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createPoll } from '../../../src/engines/poll-poller.ts';
import type { Poller } from '../../../src/engines/poller.ts';
import { poll } from '../../../src/models/poll.ts';
import { reactor } from '../../../src/models/reactor.ts';
import type { Steps } from '../../../src/operations.ts';
import { partOf, runBackground } from '../../../src/run/trial/background.ts';
import tcpEcho from '../../../src/workloads/tcp-echo.ts';
import { load } from '../../compiled.ts';

const { startPeer } =
  await load<typeof import('../../../src/run/processes/peers.ts')>('run/processes/peers.js');
const { startServerPeer } = await load<typeof import('../../../src/run/processes/server-peer.ts')>(
  'run/processes/server-peer.js',
);
const { peers } =
  await load<typeof import('../../../src/workloads/peers/index.ts')>('workloads/peers/index.js');
const refusal = poll.refuses({ form: 'operations', uses: ['sockets'], concurrency: 1, threads: undefined });
if (refusal) console.log(`skipped: ${refusal}`);

/** poll(2), with the number of descriptors that were handed over with each call. */
function countingPoll() {
  const poller = createPoll();
  const open = new Set<number>();
  const handedOver: number[] = [];
  const counting: Poller = {
    ...poller,
    until(interest, descriptor, waiter) {
      open.add(descriptor.fd);
      poller.until(interest, descriptor, waiter);
    },
    watch(descriptor) {
      open.add(descriptor.fd);
      poller.watch(descriptor);
    },
    wait(timeoutNs) {
      handedOver.push(open.size);
      return poller.wait(timeoutNs);
    },
  };
  return { poller: counting, open, handedOver };
}

const echoPeers = {
  node: () => startPeer({ module: peers.echo, options: {} }),
  own: () =>
    startServerPeer({
      workload: { name: 'echo-server' },
      fixture: { messageSize: 64, delay: 0 },
      signal: new AbortController().signal,
    }),
};

test.skipIf(refusal !== undefined).each(['node', 'own'] as const)(
  'two thousand silent connections to a peer (%s) are opened without looking at all of them for each',
  async (by) => {
    const connections = 2_000;
    const peer = await echoPeers[by]();
    onTestFinished(() => peer.stop());
    const { poller, open, handedOver } = countingPoll();
    onTestFinished(() => {
      for (const fd of open) closeSync(fd);
    });
    await runBackground(
      tcpEcho.background?.({ ...peer.address, idleConnections: connections }) as readonly Steps[],
      { run: reactor(poller) },
    );
    expect(open.size).toBe(connections);
    const looks = handedOver.reduce((sum, descriptors) => sum + descriptors, 0);
    // One after another they are two million: half the square of the number.
    expect(looks).toBeLessThan(connections ** 2 / 20);
  },
);

test('steps that are not a list are performed one after another; what one throws is thrown', async () => {
  const happened: string[] = [];
  function* steps(): Steps<void> {
    happened.push('begun');
    yield* [] as never as Steps;
    throw new Error('refused by the test');
  }
  const run = reactor({ ...createPollThatWaitsForNothing(), close() {} });
  await expect(runBackground([steps()], { run })).rejects.toThrow('refused by the test');
  expect(happened).toEqual(['begun']);
});

function createPollThatWaitsForNothing(): Poller {
  return {
    triesFirst: false,
    reportsEdges: false,
    until() {},
    watch() {},
    wake() {},
    forget() {},
    wait: () => [],
    close() {},
  };
}

test('loops that share a load have each of the steps once, together; what is no list is the first one’s', () => {
  const steps = (): Steps => (function* () {})();
  const all = Array.from({ length: 10 }, steps);
  const parts = [0, 1, 2].map((number) => partOf(all, { number, of: 3 }));
  expect(parts.map(({ length }) => length)).toEqual([4, 3, 3]);
  expect(new Set(parts.flat())).toEqual(new Set(all));
  const single = steps();
  expect([0, 1].map((number) => partOf(single, { number, of: 2 }))).toEqual([[single], []]);
  expect(partOf(all)).toEqual(all);
});
