/**
 * System calls per request, by name: two extra trials of a cell under strace(1); measured trials run without
 * it. One serves more requests than the other, so that their difference is due to requests alone, without the
 * calls of starting and ending a process.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { sentenceOf } from '../reasons.ts';
import type { SyscallRecord, TrialRecord } from '../result.ts';
import { runTrials, type TrialOptions } from './processes/measured-process.ts';
import type { TrialPlan } from './trial/cell.ts';
import { requestsAtOnce } from './trial/trial-load.ts';

const MORE_REQUESTS = 200;
/** Calls rarer than this do not come from requests, but from garbage collection or timers. */
const RAREST = 0.02;
const LONG_NS = 3_600e9;

/** @throws UserError if strace is not installed, or may not trace. */
export function requireStrace(): void {
  const { error, status, stderr } = spawnSync(
    'strace',
    ['-f', '-c', '-o', '/dev/null', process.execPath, '--version'],
    { encoding: 'utf8' },
  );
  if (error)
    throw new UserError('--count-syscalls needs strace, which is not installed', {
      hint: 'install it with: apt-get install strace',
    });
  if (status !== 0)
    throw new UserError(`strace may not trace here: ${stderr.trim().split('\n')[0]}`, {
      hint: 'allow ptrace, or leave out --count-syscalls',
    });
}

/**
 * Runs a trial whose measured process is under strace, which has written its table to the file by then;
 * `undefined` if it was interrupted.
 */
export type Trace = (plan: TrialPlan, tracedTo: string) => Promise<TrialRecord | undefined>;

/** Where the model sends the requests. */
export const traceClient =
  (options: TrialOptions): Trace =>
  async (plan, tracedTo) =>
    (await runTrials([plan], { ...options, tracedTo }).next()).value ?? undefined;

/**
 * Counts one cell's system calls per request; a sentence if that failed, `undefined` if it was interrupted.
 */
export async function countSyscalls(
  plan: TrialPlan,
  trace: Trace,
  directory: string,
): Promise<SyscallRecord | undefined> {
  const { load } = plan.cell;
  const few = 2 * requestsAtOnce(load) + 20;
  const counts: Map<string, number>[] = [];
  for (const requests of [few, few + MORE_REQUESTS]) {
    const file = path.join(directory, 'strace');
    const traced = { ...plan, requests, warmupNs: 0, longestWarmupNs: 0, durationNs: LONG_NS };
    const outcome = await trace(traced, file);
    if (!outcome) return undefined;
    if (outcome.status !== 'measured')
      return { kind: 'syscalls', cell: plan.cell, reason: sentenceOf(outcome.reason) };
    counts.push(parseCounts(readFileSync(file, 'utf8')));
    rmSync(file);
  }
  const [fewer, more] = counts as [Map<string, number>, Map<string, number>];
  const perRequest = [...more]
    .map(([name, calls]) => [name, (calls - (fewer.get(name) ?? 0)) / MORE_REQUESTS] as const)
    .filter(([, calls]) => calls >= RAREST)
    .sort(([, a], [, b]) => b - a);
  return { kind: 'syscalls', cell: plan.cell, perRequest: Object.fromEntries(perRequest) };
}

/** The table of `strace -c`: `% time  seconds  usecs/call  calls  [errors]  syscall`. */
export function parseCounts(table: string): Map<string, number> {
  const rows = [...table.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$/gm)];
  return new Map(
    rows.filter(([, , name]) => name !== 'total').map(([, calls, name]) => [name as string, Number(calls)]),
  );
}
