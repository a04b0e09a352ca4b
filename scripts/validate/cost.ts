/** What all the measuring costs a request: the whole harness beside one that only takes the latency. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fixtureOf, fixtures } from '../ours.ts';
import type { Check } from './main.ts';

const script = path.join(import.meta.dirname, '..', 'run.mjs');

export async function costs(): Promise<Check[]> {
  // Rates beyond what can be served: every request is late.
  const noop = measure('noop', null, 5, 1e7);
  const { value } = await fixtureOf({ workload: 'file-read' });
  const closed = measure('file-read', value, 13);
  const open = measure('file-read', value, 13, 1e6);
  await fixtures.remove();
  return [
    {
      what: 'noop: all that is recorded of a request under an open load, beside the latency alone',
      bar: 'under 100 ns a request',
      found: `${noop.costNs.toFixed(0)} ns (beside ${noop.bareNs.toFixed(0)} ns)`,
      isMet: noop.costNs < 100,
    },
    shareOf('file-read: the same under a closed load', closed),
    shareOf('file-read: the same under an open load', open),
  ];
}

function shareOf(what: string, { costNs, bareNs }: Served): Check {
  const share = costNs / bareNs;
  return {
    what,
    bar: 'under 3 %',
    found: `${(share * 100).toFixed(1)} % (${costNs.toFixed(0)} ns beside ${bareNs.toFixed(0)} ns)`,
    isMet: share < 0.03,
  };
}

/** Each process has its memory elsewhere, which makes a difference: the median of several. */
function measure(workload: string, fixture: unknown, processes: number, ratePerSecond?: number): Served {
  const served = Array.from({ length: processes }, () => serve(workload, fixture, ratePerSecond));
  return served.sort((a, b) => a.costNs / a.bareNs - b.costNs / b.bareNs)[processes >> 1] as Served;
}

/** Nanoseconds a request: with its latency alone, and what everything else adds to that. */
interface Served {
  readonly bareNs: number;
  readonly costNs: number;
}

function serve(workload: string, fixture: unknown, ratePerSecond: number | undefined): Served {
  const words = [
    script,
    'validate/served.ts',
    workload,
    JSON.stringify(fixture),
    ...(ratePerSecond ? [String(ratePerSecond)] : []),
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Served;
}
