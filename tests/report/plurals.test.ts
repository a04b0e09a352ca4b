/** Where there is one of a thing, its noun is not a plural. */
import { expect, test } from 'vitest';
import { compareRuns } from '../../src/report/comparison/comparison.ts';
import { comparisonFormats } from '../../src/report/comparison/comparison-formats.ts';
import { renderList } from '../../src/report/formats/list-page.ts';
import { formats, summarise } from '../../src/report/index.ts';
import type { CellSpec, MeasuredTrial, StoredRun } from '../../src/result.ts';
import * as sample from './sample.ts';

const NOUNS =
  'cells|trials|clients|requests|threads|servers|pictures|runs|models|answers|workloads|reconnects|loops|codes|rates|searches|CPUs';
const WRONG = new RegExp(`(?<![\\d.,/-])1 (?:${NOUNS})\\b|\\bof 1 (?:${NOUNS})\\b`, 'g');

/**
 * One cell, one trial, one client, one thread, one request that failed, one that was answered otherwise: of
 * each thing one.
 */
function oneOfEach(): StoredRun {
  const cell: CellSpec = { ...sample.cellOf('thread-per-request', sample.closed(1)), threads: 1 };
  const one = (model: string, more: Partial<MeasuredTrial>) =>
    sample.measured({ ...cell, model }, 1, {
      values: [1e6],
      windowNs: 1e9,
      completed: 1,
      failed: 1,
      errors: { ECONNRESET: 1 },
      ...more,
    });
  const trial = one(cell.model, {
    reconnects: 1,
    statuses: { 404: 1 },
    oracle: { servers: 1, requests: 1, predictedWaitNs: 1e6, measuredWaitNs: 9e6 },
  });
  const header = sample.headerOf([cell.model, 'poll'], { trials: 1 });
  return {
    ...sample.runOf({ ...header, environment: { ...header.environment, cpuCount: 1, uvThreadpoolSize: 1 } }, [
      trial,
      sample.refused({ ...cell, model: 'poll' }, 'failed', 'It is not there.'),
    ]),
    capacities: [
      {
        kind: 'capacity',
        cell: { model: 'epoll', workload: 'tcp-echo', params: { messageSize: 64 } },
        objective: 'p99<20ms',
      },
    ],
  };
}

test('in a report', async () => {
  const document = summarise(oneOfEach());
  for (const format of ['text', 'markdown'] as const) {
    const rendered = await formats[format](document, { width: 200, color: false, charts: [] });
    expect(rendered).toMatch(/\b1 request failed/);
    expect(rendered).toMatch(/\b1 reconnect for 2 requests/);
    expect(rendered).toMatch(/\b1 of 1 answer had status 404/);
    expect(rendered).toMatch(/Too few requests for a p99: 1 of 2 cells/);
    expect(rendered).toMatch(/\b1 client\b/);
    expect(rendered).toMatch(/\b1 trial per cell/);
    expect(rendered.match(WRONG)).toBeNull();
  }
  const messages = document.cells.flatMap(({ warnings }) => warnings.map(({ message }) => message));
  expect(messages.join('\n')).toMatch(/\b1 request is too few/);
});

test('in a comparison, and in a list', async () => {
  const document = summarise(oneOfEach());
  const comparison = compareRuns(document, document);
  for (const format of ['text', 'markdown', 'github'] as const) {
    const rendered = await comparisonFormats[format](comparison, {
      width: 200,
      color: false,
      next: document,
    });
    expect(rendered).toMatch(format === 'github' ? /"1 trial\b/ : /\b1 cell compared/);
    expect(rendered.match(WRONG)).toBeNull();
  }
  const list = renderList([{ id: 'one', header: oneOfEach().header, isGoingOn: false }], '/tmp');
  expect(list).toContain('iobench: 1 run<');
  expect(list.match(WRONG)).toBeNull();
});
