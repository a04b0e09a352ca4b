/**
 * Holds what a run said against what it stored: no trial lost, and every request that was due in exactly one
 * figure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MeasuredTrial, RunRecord, TrialRecord } from '../../src/result.ts';
import type { Attempt } from './attempt.ts';
import type { Ended } from './place.ts';

interface Document {
  readonly cells: readonly { readonly status: string; readonly trials?: number }[];
}

export const NO_ACCOUNT =
  'trials store no account of their requests: the equations were not checked, only open loads against their rates';

/**
 * The trials of the newest run, those of searches too, as far as their lines are whole; `undefined` if there
 * is no run.
 */
export function storedTrials(results: string): TrialRecord[] | undefined {
  const newest = readdirSync(results).sort().at(-1);
  if (newest === undefined) return undefined;
  const lines = readFileSync(path.join(results, newest, 'run.jsonl'), 'utf8').split('\n');
  return lines.slice(1).flatMap((line) => {
    const record = parsed(line) as RunRecord | undefined;
    if (record?.kind === 'step') return record.trial ?? [];
    return record?.kind === 'trial' ? [record] : [];
  });
}

/**
 * Looks at a run that has ended: what it reported as landed, what its document holds, what was planned (where
 * that is known), and what it stored.
 */
export function checkRun(attempt: Attempt, ended: Ended, planned?: number): TrialRecord[] {
  const found = storedTrials(attempt.place.results);
  const stored = found ?? [];
  const tried = stored.filter(({ status }) => status !== 'unsupported');
  const landed = ended.stderr.match(/^\[\d+\/\d+\] /gm)?.length ?? 0;
  if (landed > tried.length)
    attempt.fault('lost', `${landed} trials were reported as landed, ${tried.length} are stored`);
  const shown = documentOf(attempt, ended);
  if (shown !== undefined && shown !== tried.length)
    attempt.fault('lost', `${shown} trials are in the document, ${tried.length} are stored`);
  // A command that fails before there is a run has not lost a trial.
  const isWhole = ended.code === 0 || (ended.code === 3 && found !== undefined);
  if (isWhole && planned !== undefined && stored.length < planned) {
    attempt.fault(
      'lost',
      `exit code ${ended.code}, ${planned} trials were planned, ${stored.length} are stored`,
    );
  }
  const failed = stored.filter(({ status }) => status === 'failed').length;
  if (ended.code === 0 && failed > 0) attempt.fault('other', `exit code 0, and ${failed} trials have failed`);
  checkAccounts(attempt, stored);
  return stored;
}

/** Looks whether every request that was due is in one figure. */
export function checkAccounts(attempt: Attempt, stored: readonly TrialRecord[]): void {
  for (const trial of stored) {
    if (trial.status !== 'measured') continue;
    for (const problem of problemsOf(trial))
      attempt.fault('unaccounted', `${trial.cell.workload}, ${trial.cell.model}: ${problem}`);
    if (!trial.conservation) attempt.notes.push(NO_ACCOUNT);
  }
}

/** How many trials the document on stdout holds; `undefined` if there is none. */
function documentOf(attempt: Attempt, { stdout, signal }: Ended): number | undefined {
  if (!stdout.startsWith('{') || signal !== null) return undefined;
  const document = parsed(stdout) as Document | undefined;
  if (document === undefined) {
    attempt.fault('other', 'what was printed is not JSON');
    return undefined;
  }
  return document.cells.reduce(
    (sum, { status, trials }) => sum + (status === 'unsupported' ? 0 : (trials ?? 1)),
    0,
  );
}

/** What does not add up in a trial, each in a sentence. */
export function problemsOf(trial: MeasuredTrial): string[] {
  const { conservation: account } = trial;
  if (account === undefined) return shortfall(trial);
  const { atOpening, due, completed, failed, shed, atClose, drained, failedDraining, unfinished } = account;
  const equal = (what: string, left: number, right: number) =>
    left === right ? [] : [`${what}: ${left} and ${right} (${JSON.stringify(account)})`];
  const expected = expectedDue(trial);
  const isOff = expected !== undefined && Math.abs(due - expected.requests) > expected.give;
  return [
    ...equal(
      'what was there and became due, and where it went',
      atOpening + due,
      completed + failed + shed + atClose,
    ),
    ...equal(
      'what was there at the close, and where it went',
      atClose,
      drained + failedDraining + unfinished,
    ),
    ...(['completed', 'failed', 'shed', 'unfinished'] as const).flatMap((figure) =>
      equal(`${figure}, in the trial and in its account`, trial[figure], account[figure]),
    ),
    ...(isOff ? [`${due} were due by its account, ${Math.round(expected.requests)} by its rate`] : []),
  ];
}

/** Without an account: what has a figure may not be much less than what the rate makes due. */
function shortfall(trial: MeasuredTrial): string[] {
  const expected = expectedDue(trial);
  if (expected === undefined) return [];
  const counted = trial.completed + trial.failed + trial.shed + trial.unfinished;
  const missing = expected.requests - counted;
  const limit = 0.1 * expected.requests + 10 + expected.give;
  return missing > limit
    ? [`about ${Math.round(expected.requests)} were due by its rate, ${counted} are in a figure`]
    : [];
}

/**
 * What an open load's rate makes due in the window, and how far off that may be; `undefined` under a closed
 * load.
 */
function expectedDue({
  cell: { load },
  windowNs,
}: MeasuredTrial): { requests: number; give: number } | undefined {
  if (load.kind !== 'open') return undefined;
  const requests = (load.ratePerSecond * windowNs) / 1e9;
  return { requests, give: load.arrivals === 'constant' ? 4 : 4 + 6 * Math.sqrt(requests) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
