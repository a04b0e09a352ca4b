/** Every protocol through an engine that delivers one byte at a time, against the peer that it has in a run. */
import { afterAll, expect, test } from 'vitest';
import { blocking } from '../src/engines/blocking.ts';
import { descriptorOf } from '../src/engines/descriptor.ts';
import { randomFrom } from '../src/load/random.ts';
import { type Engine, receive, type Steps } from '../src/operations.ts';
import { workloads } from '../src/workloads/index.ts';
import { unrecorded } from '../src/workloads/marks.ts';
import { Tally } from '../src/workloads/tally.ts';
import { run } from './engines/every-engine.ts';
import { createFixtures, fixtureOrSkip } from './measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const REQUESTS = 3;
let received = 0;
const oneByteAtATime: Engine = {
  ...blocking,
  receive(operation) {
    const { connection, buffer, offset } = operation;
    // The rest of a datagram would be lost.
    const { isDatagram } = descriptorOf(connection);
    const bytes = blocking.receive(isDatagram ? operation : receive(connection, buffer, offset, 1));
    received += bytes as number;
    return bytes;
  },
};
const perform = async (operation: Parameters<Parameters<typeof run>[0]>[0]) =>
  operation.performBy(oneByteAtATime, {});

const spoken = workloads.filter(
  ({ form, uses, serve }) => form === 'operations' && uses?.includes('sockets') && !serve,
);

test.for(spoken)('$name', async (workload, { skip }) => {
  const { value } = await fixtureOrSkip({ workload, fixtures }, skip);
  received = 0;
  const random = randomFrom(1);
  const client = await run(perform, workload.connect?.(value, new Tally()) as Steps);
  for (let request = 0; request < REQUESTS; request++)
    await run(perform, workload.request(client, random, unrecorded(workload.phases)) as Steps);
  if (workload.disconnect) await run(perform, workload.disconnect(client) as Steps);
  expect(received).toBeGreaterThan(REQUESTS);
});
