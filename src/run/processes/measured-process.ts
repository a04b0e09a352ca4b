/** The measured process, seen from outside: a limit on the time of each load, and its outcome. */

import { formatDuration } from '../../quantity.ts';
import type { Reason } from '../../reasons.ts';
import type { Placement, TrialRecord } from '../../result.ts';
import type { TrialPhase, TrialPlan } from '../trial/cell.ts';
import { type Outcome, recordOf, type Surroundings, watchSurroundings } from '../trial-record.ts';
import { cellMessage } from './cell-message.ts';
import { type Child, startChild, straceTo } from './child.ts';
import type { Fixture } from './fixtures.ts';
import { Standby } from './standby.ts';
import { within } from './within.ts';

const CELL_MAIN = new URL('../trial/cell.main.js', import.meta.url);
const LEAVE_LIMIT_MS = 3_000;
/** Messages that arrived while this process was stopped are read before a limit counts. */
const READ_FIRST_MS = 50;
/** A Ctrl-C may reach the measured process before this one, as long as it has no group of its own. */
const INTERRUPT_LIMIT_MS = 100;
/** Node's timers fire at once if they are set further ahead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface TrialOptions {
  readonly fixture: Pick<Fixture, 'peers' | 'ending'>;
  /** How long each load may take, warm-up and drain included. */
  readonly timeLimitNs: number;
  readonly signal: AbortSignal;
  /** Starts the next process while this one warms up; without it, each starts when its turn comes. */
  readonly standby?: Standby;
  /** The CPUs on which processes stay. */
  readonly cpus?: Placement | undefined;
  /** It sends a server its requests, and is not what is measured. */
  readonly isGenerator?: boolean;
  /** Runs it under `strace -f -c`, which writes its table there. */
  readonly tracedTo?: string;
  /** Called with the measured process's output, as it arrives. */
  output?(text: string): void;
  /** The window of a load has just opened, or closed. */
  turned?(phase: 'open' | 'closed'): void;
}

const DOING: Readonly<Record<TrialPhase, string>> = {
  starting: 'it was starting',
  connecting: 'it was connecting, and no request had ended',
  'warming up': 'it was warming up',
  measuring: 'it was measuring',
  draining: 'it was draining, with requests in flight',
  leaving: 'it was leaving',
};
const NOT_LEFT: Reason = { code: 'killed-leaving', values: { limitNs: LEAVE_LIMIT_MS * 1e6 } };

/**
 * Measures loads of one model and workload in one process, one after another: yields the record of each as
 * soon as it is known. A process that ends early is followed by another, which measures the remaining loads.
 * Ends early if it is interrupted.
 */
export async function* runTrials(
  plans: readonly TrialPlan[],
  options: TrialOptions,
): AsyncGenerator<TrialRecord> {
  for (let left = plans; left.length > 0; ) {
    let known = 0;
    for await (const record of runProcess(left, options)) {
      known++;
      yield record;
    }
    if (known === 0) return;
    left = left.slice(known);
  }
}

async function* runProcess(plans: readonly TrialPlan[], options: TrialOptions): AsyncGenerator<TrialRecord> {
  const watched = plans.map(() => watchSurroundings(options.fixture.peers));
  const measured = startMeasured(plans, options, (index, phase) => {
    watched[index]?.turned(phase);
    options.turned?.(phase);
  });
  try {
    for (const [index, plan] of plans.entries()) {
      const outcome = await measured.outcomes[index];
      if (outcome === undefined) return;
      yield await recordOf(plan, outcome, watched[index] as Surroundings, options.fixture);
      if (outcome.kind !== 'measured') return;
    }
  } finally {
    await measured.end();
  }
}

/** A measured process that has been started. */
export interface MeasuredProcess {
  /** One of each load; `undefined` if it was interrupted before, or another process has to measure it. */
  readonly outcomes: readonly Promise<Outcome | undefined>[];
  /** Begins a load that it shares with others, and for which it has said that it is warm. */
  begin(): void;
  /** Ends it; a load that is measured has no outcome. */
  end(): Promise<void>;
}

/** Starts the measured process. */
export function startMeasured(
  plans: readonly TrialPlan[],
  options: TrialOptions,
  turned: (index: number, phase: 'open' | 'closed') => void,
  warm: () => void = () => {},
): MeasuredProcess {
  const { timeLimitNs, signal } = options;
  const limit = createLimit();
  const known = plans.map(() => deferred<Outcome | undefined>());
  const notes: Reason[] = [];
  let last: Outcome | 'interrupted' | undefined;
  let phase: TrialPhase = 'starting';
  let index = 0;

  let hasBegun = false;

  const reached = (now: TrialPhase) => {
    phase = now;
    // Code is warmed for longer than it takes to start a process; without that, it would start in a window.
    if (phase === 'connecting' && index + 1 === plans.length && isWarmed(plans))
      options.standby?.prepare(cpusOf(options));
  };
  const received = (sent: unknown) => {
    const message = cellMessage(sent);
    if (message === undefined) return;
    if (message.kind === 'ready') {
      // A second message of this kind does not come from the process: the first one names the group that will
      // be killed.
      if (!hasBegun) start(message.pid);
      hasBegun = true;
    } else if (message.kind === 'reached') reached(message.phase);
    else if (message.kind === 'warm') warm();
    else if (message.kind === 'turned') {
      phase = message.phase === 'open' ? 'measuring' : 'draining';
      turned(index, message.phase);
    } else if (message.kind === 'measured' && index + 1 < plans.length) goOn({ ...message, notes: [] });
    else leave(message.kind === 'measured' ? { ...message, notes } : message);
  };
  const child = startOrTake(options, received);
  const kill = (outcome: Outcome | 'interrupted') => {
    last ??= outcome;
    child.kill();
  };
  const limitLoad = () =>
    limit.set(timeLimitNs / 1e6, () => kill({ kind: 'failed', reason: lateReason(timeLimitNs, phase) }));
  const start = (pid: number) => {
    child.lead(pid);
    try {
      child.send({ plans });
    } catch (error) {
      // The result of `prepare` cannot be copied to another process.
      kill({
        kind: 'failed',
        reason: `prepare failed: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  };
  const goOn = (outcome: Outcome) => {
    known[index]?.resolve(outcome);
    index++;
    phase = 'starting';
    limitLoad();
  };
  const leave = (outcome: Outcome) => {
    phase = 'leaving';
    last ??= outcome;
    limit.set(LEAVE_LIMIT_MS, () => {
      notes.push(NOT_LEFT);
      child.kill();
    });
  };
  const interrupt = () => kill('interrupted');
  limitLoad();
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt);

  const ended = child.ended.then(async ({ how, signal: killedBy, lastWords }) => {
    limit.clear();
    if (killedBy === 'SIGINT') await within(INTERRUPT_LIMIT_MS, aborted(signal));
    signal.removeEventListener('abort', interrupt);
    last ??= {
      kind: 'failed',
      reason: `the measured process ended (${how}) while ${DOING[phase]}${lastWords ? `: ${lastWords}` : ''}`,
    };
    known[index]?.resolve(last === 'interrupted' ? undefined : last);
    for (const { resolve } of known) resolve(undefined);
  });
  const end = async () => {
    // A consumer that stops early ends the process; otherwise it has ended, or is about to.
    if (last === undefined) child.kill();
    await ended;
  };
  return {
    outcomes: known.map(({ promise }) => promise),
    begin: () => child.send({ kind: 'begin' }),
    end,
  };
}

const isWarmed = (plans: readonly TrialPlan[]): boolean =>
  plans.every(({ longestWarmupNs }) => longestWarmupNs > 0);

const cpusOf = ({ cpus, isGenerator }: TrialOptions) => (isGenerator ? cpus?.generators : cpus?.measured);

function startOrTake(options: TrialOptions, received: (message: unknown) => void): Child {
  const { tracedTo, standby, output } = options;
  const cpus = cpusOf(options);
  if (tracedTo === undefined && standby) return standby.take({ received, output }, cpus);
  const under = tracedTo === undefined ? undefined : straceTo(tracedTo);
  return startChild({ module: CELL_MAIN, under, cpus, received, output });
}

/** Measured processes that wait for their plans. */
export const createStandby = (): Standby => new Standby(CELL_MAIN);

const lateReason = (timeLimitNs: number, phase: TrialPhase) =>
  `it did not end within ${formatDuration(timeLimitNs)}: ${DOING[phase]} (--time-limit sets a longer one)`;

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A time limit that can be set again for the next phase. */
function createLimit() {
  let timer: NodeJS.Timeout | undefined;
  const clear = () => clearTimeout(timer);
  return {
    clear,
    set(limitMs: number, late: () => void) {
      clear();
      const readFirst = () => {
        timer = setTimeout(late, READ_FIRST_MS);
      };
      timer = setTimeout(readFirst, Math.min(limitMs, LONGEST_TIMER_MS));
    },
  };
}

/** A promise and its resolver (`Promise.withResolvers` of Node 22). */
function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
