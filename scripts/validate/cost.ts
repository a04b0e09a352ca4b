/** What all the measuring costs a request: the whole harness beside one that only takes the latency. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fixtureOf, fixtures } from '../ours.ts';
import type { Check } from './main.ts';

const script = path.join(import.meta.dirname, '..', 'run.mjs');

export async function costs(): Promise<Check[]> {
  const noop = measure('noop', null, 5, 'predicts');
  const { value } = await fixtureOf({ workload: 'file-read' });
  const closed = measure('file-read', value, 13);
  const predicted = measure('file-read', value, 13, 'predicts');
  await fixtures.remove();
  return [
    {
      what: 'noop: all that is recorded of a request, and its wait predicted, beside the latency alone',
      bar: 'under 100 ns a request',
      found: `${noop.costNs.toFixed(0)} ns (of ${noop.wholeNs.toFixed(0)} ns)`,
      isMet: noop.costNs < 100,
    },
    shareOf('file-read: all that is recorded under a closed load, beside the latency alone', closed),
    shareOf('file-read: the same, and its wait predicted, as under an open load', predicted),
  ];
}

function shareOf(what: string, { costNs, wholeNs, bareNs }: Served & { costNs: number }): Check {
  const share = costNs / bareNs;
  return {
    what,
    bar: 'under 3 %',
    found: `${(share * 100).toFixed(1)} % (${costNs.toFixed(0)} ns of ${wholeNs.toFixed(0)} ns)`,
    isMet: share < 0.03,
  };
}

/** Nanoseconds a request, of both sides. Each process has its memory elsewhere, which makes a difference: the median of several. */
function measure(workload: string, fixture: unknown, processes: number, ...also: 'predicts'[]): Served & { costNs: number } {
  const served = Array.from({ length: processes }, () => serve(workload, fixture, also));
  const byCost = served.map((each) => ({ ...each, costNs: each.wholeNs - each.bareNs })).sort((a, b) => a.costNs - b.costNs);
  return byCost[processes >> 1] as Served & { costNs: number };
}

interface Served {
  readonly wholeNs: number;
  readonly bareNs: number;
}

function serve(workload: string, fixture: unknown, also: readonly string[]): Served {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, 'validate/served.ts', workload, JSON.stringify(fixture), ...also], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Served;
}
