/** What came of one load of a measured process, as a record. */

import { withLimit } from '../limits.ts';
import { UnsupportedError } from '../operations.ts';
import { formatDuration, plural } from '../quantity.ts';
import type { Reason } from '../reasons.ts';
import type { CellSpec, TrialRecord } from '../result.ts';
import { type LoopResult, type Measured, measuredBy } from './loop-result.ts';
import { type MachineReading, machineBetween, readMachine } from './machine/machine-usage.ts';
import type { Fixture } from './processes/fixtures.ts';
import { peerUsage, USAGE_LIMIT_MS } from './processes/peer-usage.ts';
import type { TrialPlan } from './trial/cell.ts';

/** A request that fails with a code of its own each time has as many codes as requests. */
const CODES_NAMED = 5;

export type Outcome =
  | { readonly kind: 'measured'; readonly loops: readonly LoopResult[]; readonly notes: readonly Reason[] }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** What peers and the machine do while a window is open, read when it turns. */
export type Surroundings = ReturnType<typeof watchSurroundings>;

export function watchSurroundings(peers: Fixture['peers']) {
  const usage = peerUsage(peers);
  const machine: Partial<Record<'open' | 'closed', MachineReading>> = {};
  return {
    machine,
    usage,
    turned(phase: 'open' | 'closed') {
      machine[phase] = readMachine();
      usage.turned(phase);
    },
  };
}

export async function recordOf(
  { cell, trial }: TrialPlan,
  outcome: Outcome,
  { machine, usage }: Surroundings,
  fixture: Pick<Fixture, 'ending'>,
): Promise<TrialRecord> {
  if (outcome.kind !== 'measured') {
    return outcome.kind === 'failed'
      ? failedTrial(cell, trial, fixture.ending ?? outcome.reason)
      : { kind: 'trial', cell, trial, status: 'unsupported', reason: outcome.reason };
  }
  const result = measuredBy(outcome.loops);
  if (result.completed === 0 && isAllUnsupported(result)) {
    return {
      kind: 'trial',
      cell,
      trial,
      status: 'unsupported',
      reason: result.firstFailure ?? 'its operations are not there on this system',
    };
  }
  if (result.completed === 0 || fixture.ending) {
    const reason = fixture.ending ?? nothingCompleted(result);
    return { ...failedTrial(cell, trial, reason), errors: result.errors };
  }
  const { peers, unanswered, stickiness } = await usage.read();
  // What a peer used and did not report would count as other processes' use.
  const { open, closed } = machine;
  const whole =
    unanswered.length === 0 && open && closed && machineBetween(open, closed, { ...result, peers });
  const notes = [...result.notes, ...outcome.notes, ...unanswered.map(withoutAnswer)];
  return {
    kind: 'trial',
    cell,
    trial,
    status: 'measured',
    ...result,
    peers,
    ...(stickiness === undefined ? {} : { peerStickiness: stickiness }),
    ...(whole ? { machine: whole } : {}),
    notes,
  };
}

function nothingCompleted({ failed, errors, firstFailure, windowNs, conservation }: Measured): string {
  const { due = 0, drained = 0, failedDraining = 0 } = conservation ?? {};
  if (failed + failedDraining > 0) {
    const first = firstFailure === undefined ? '' : `, the first: ${firstFailure}`;
    const all = failed + failedDraining;
    return `none of ${all} ${plural(all, 'request')} ended well (${countedCodes(errors)})${first}`;
  }
  return `no request ended within the window of ${formatDuration(windowNs)} (${due} were due in it, and ${drained} ended later): measure for longer (--duration)`;
}

/** No request could be made for what it asks for: that is no failure of this system's. */
function isAllUnsupported({ errors }: Measured): boolean {
  const codes = Object.keys(errors);
  return codes.length > 0 && codes.every((code) => code === UnsupportedError.name);
}
const withoutAnswer = (peer: string): Reason => ({
  code: 'peer-silent',
  values: { peer, limitNs: USAGE_LIMIT_MS * 1e6 },
});

/** The most frequent codes, and how many there are besides. */
function countedCodes(errors: Measured['errors']): string {
  const codes = Object.entries(errors).sort(([, a], [, b]) => b - a);
  const named = codes.slice(0, CODES_NAMED).map(([code, count]) => `${count} x ${code}`);
  const besides = codes.length - named.length;
  return [...named, ...(besides > 0 ? [`and ${besides} ${plural(besides, 'code')} more`] : [])].join(', ');
}

export const failedTrial = (cell: CellSpec, trial: number, reason: string) =>
  ({ kind: 'trial', cell, trial, status: 'failed', reason: withLimit(reason) }) as const;
