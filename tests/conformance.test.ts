/**
 * Every model runs every workload that it can, and counts what it did. A model that is added to the list is
 * tested by this alone.
 */

import { afterAll, describe, expect, test } from 'vitest';
import { sentenceOf } from '../src/reasons.ts';
import type { MeasuredTrial, TrialRecord } from '../src/result.ts';
import { createFixtures, fixtureOrSkip, littleRatio, measured, models, workloads } from './measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());

/** What the measured trials say; the sentence, if the model cannot run the workload here. */
function outcome(records: readonly TrialRecord[]): { trials: MeasuredTrial[]; refusals: string[] } {
  const failed = records.flatMap((record) => (record.status === 'failed' ? [sentenceOf(record.reason)] : []));
  expect(failed).toEqual([]);
  return {
    trials: records.filter((record) => record.status === 'measured'),
    refusals: records.flatMap((record) =>
      record.status === 'unsupported' ? [sentenceOf(record.reason)] : [],
    ),
  };
}

const TRAITS = { form: 'operations', uses: ['sockets'], concurrency: 4, threads: undefined } as const;
const clientsOf = ({ cell: { load } }: MeasuredTrial) => (load.kind === 'closed' ? load.concurrency : 0);

describe.each(models)('$name', (model) => {
  test('says what it is', () => {
    expect(model.definition.split(/(?<=\.)\s/).length).toBe(3);
    expect(model.summary).not.toMatch(/\n|\.$/);
    expect(model.source).not.toBe('');
  });

  // A machine that others use can stall for a good part of such a window: then it is measured again, for
  // longer.
  test.for(workloads)('runs $name', { retry: 2 }, async (workload, { task, skip }) => {
    const durationNs = 100e6 * 4 ** (task.result?.retryCount ?? 0);
    const records = await measured({
      model,
      workload,
      fixtures,
      concurrencies: [1, 4],
      plan: { durationNs },
    });
    expect(records).toHaveLength(2);
    const { trials, refusals } = outcome(records);
    for (const reason of refusals) expect(reason).toMatch(/\w+ \w+/);
    for (const trial of trials) {
      expect(trial.completed).toBeGreaterThan(0);
      expect(trial).toMatchObject({ failed: 0, errors: {}, shed: 0 });
      // A server that serves one connection at a time leaves the others waiting: that is what it is.
      const waiting = workload.serve && model.servers?.(TRAITS) === 1 ? clientsOf(trial) - 1 : 0;
      expect(trial.unfinished).toBe(waiting);
      expect(trial.conservation?.completed).toBe(trial.completed);
      if (waiting === 0) expect(Math.abs(littleRatio(trial) - 1)).toBeLessThan(0.02);
      expect(trial.service.meanNs).toBeLessThanOrEqual(trial.latency.meanNs * (1 + 1e-9));
      expect(trial.cpu.userNs + trial.cpu.systemNs).toBeGreaterThan(0);
      if (workload.serve) {
        const { accepted = 0, served, failed, open = 0 } = trial.connections ?? {};
        expect({ served, failed }).toEqual({ served: accepted - open, failed: 0 });
        expect(accepted).toBeGreaterThanOrEqual(clientsOf(trial) - waiting);
      }
      const { peers } = await fixtureOrSkip({ workload, fixtures }, skip);
      // Those that were prepared, and who sends a server its requests.
      expect(trial.peers).toHaveLength(peers.length + (workload.serve ? 1 : 0));
    }
  });
});
