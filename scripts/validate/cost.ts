/** What all the measuring costs a request: the whole harness beside one that only takes the latency. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fixtureOf, fixtures } from '../ours.ts';
import type { Check } from './main.ts';

const ROUNDS = 9;
const script = path.join(import.meta.dirname, '..', 'run.mjs');

export async function costs(): Promise<Check[]> {
  const noop = difference('noop', null);
  // Both sides read the same file: where its pages lie in memory makes more of a difference than what is looked for.
  const { value } = await fixtureOf({ workload: 'file-read' });
  const read = difference('file-read', value);
  await fixtures.remove();
  const readShare = read.costNs / read.bareNs;
  return [
    {
      what: 'noop: all that is recorded of a request, beside the latency alone',
      bar: 'under 100 ns a request',
      found: `${noop.costNs.toFixed(0)} ns (of ${noop.wholeNs.toFixed(0)} ns)`,
      isMet: noop.costNs < 100,
    },
    {
      what: 'file-read: the same',
      bar: 'under 3 %',
      found: `${(readShare * 100).toFixed(1)} % (${read.costNs.toFixed(0)} ns of ${read.wholeNs.toFixed(0)} ns)`,
      isMet: readShare < 0.03,
    },
  ];
}

/** Both sides in turn, the fastest of each: what disturbs a loop only ever makes it slower. Nanoseconds a request. */
function difference(workload: string, fixture: unknown): { costNs: number; wholeNs: number; bareNs: number } {
  const pairs = Array.from({ length: ROUNDS }, () => ({ whole: servedNs('whole', workload, fixture), bare: servedNs('bare', workload, fixture) }));
  const wholeNs = Math.min(...pairs.map(({ whole }) => whole));
  const bareNs = Math.min(...pairs.map(({ bare }) => bare));
  return { costNs: wholeNs - bareNs, wholeNs, bareNs };
}

/** In a process of its own, so that neither side is compiled with the other in mind. */
function servedNs(side: 'whole' | 'bare', workload: string, fixture: unknown): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, 'validate/served.ts', side, workload, JSON.stringify(fixture)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
