/** The measured process, seen from outside: a limit on the time of each load, and its outcome. */

import { formatDuration } from '../../quantity.ts';
import type { Reason } from '../../reasons.ts';
import type { TrialRecord } from '../../result.ts';
import { type Places, placeOf } from '../placement.ts';
import type { TrialPhase, TrialPlan } from '../trial/cell.ts';
import { type Outcome, recordOf, type Surroundings, watchSurroundings } from '../trial-record.ts';
import { cellMessage } from './cell-message.ts';
import { type Child, type Ending, startChild, straceTo } from './child.ts';
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

export interface TrialOptions extends Places {
  readonly fixture: Pick<Fixture, 'peers' | 'ending'> & Partial<Pick<Fixture, 'disturbances'>>;
  /** How long each load may take, warm-up and drain included. */
  readonly timeLimitNs: number;
  readonly signal: AbortSignal;
  /** Starts the next process while this one warms up; without it, each starts when its turn comes. */
  readonly standby?: Standby;
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
  const measured = new MeasuredProcess(plans, options, {
    turned(index, phase) {
      watched[index]?.turned(phase);
      options.turned?.(phase);
    },
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

/** What a measured process reports. */
export interface MeasuredEvents {
  turned(index: number, phase: 'open' | 'closed'): void;
  /** It shares a load with others, and waits for `begin`. */
  warm?(): void;
  /** It has measured the requests of a server, and waits for `dismiss`. */
  measured?(): void;
}

/** A measured process, from its start to its end. */
export class MeasuredProcess {
  /** That of a load is `undefined` if it was interrupted before, or another process has to measure it. */
  readonly outcomes: readonly Promise<Outcome | undefined>[];
  private readonly known: readonly Deferred<Outcome | undefined>[];
  private readonly plans: readonly TrialPlan[];
  private readonly options: TrialOptions;
  private readonly events: MeasuredEvents;
  private readonly limit = createLimit();
  private readonly notes: Reason[] = [];
  private readonly child: Child;
  private readonly ended: Promise<void>;
  private last: Outcome | 'interrupted' | undefined;
  private phase: TrialPhase = 'starting';
  private index = 0;
  private hasBegun = false;
  /** It has measured, and waits until it may leave. */
  private isHeld = false;

  /** Starts it. */
  constructor(plans: readonly TrialPlan[], options: TrialOptions, events: MeasuredEvents) {
    this.events = events;
    this.plans = plans;
    this.options = options;
    this.known = plans.map(() => deferred<Outcome | undefined>());
    this.outcomes = this.known.map(({ promise }) => promise);
    this.child = startOrTake(options, (sent) => this.received(sent));
    const { signal } = options;
    const interrupt = () => this.kill('interrupted');
    this.limitLoad();
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt);
    this.ended = this.child.ended.then(async (ending) => {
      this.limit.clear();
      if (ending.signal === 'SIGINT') await within(INTERRUPT_LIMIT_MS, aborted(signal));
      signal.removeEventListener('abort', interrupt);
      this.settle(ending);
    });
  }

  /** A consumer that stops early ends the process; otherwise it has ended, or is about to. */
  async end(): Promise<void> {
    if (this.last === undefined) this.child.kill();
    else if (this.isHeld) this.dismiss();
    await this.ended;
  }

  /** Begins a load that it shares with others, and for which it has reported that it is warm. */
  begin(): void {
    this.child.send({ kind: 'begin' });
  }

  /** Lets its clients leave a server, after it has measured. */
  dismiss(): void {
    this.isHeld = false;
    this.child.send({ kind: 'leave' });
    this.limitLeaving();
  }

  private received(sent: unknown): void {
    const message = cellMessage(sent);
    if (message === undefined) return;
    if (message.kind === 'ready') {
      // A second message of this kind does not come from the process: the first one names the group that will
      // be killed.
      if (!this.hasBegun) this.start(message.pid);
      this.hasBegun = true;
    } else if (message.kind === 'reached') this.reached(message.phase);
    else if (message.kind === 'warm') this.events.warm?.();
    else if (message.kind === 'turned') {
      this.phase = message.phase === 'open' ? 'measuring' : 'draining';
      this.events.turned(this.index, message.phase);
    } else if (message.kind === 'measured' && this.index + 1 < this.plans.length)
      this.goOn({ ...message, notes: [] });
    else this.leave(message.kind === 'measured' ? { ...message, notes: this.notes } : message);
  }

  private start(pid: number): void {
    this.child.lead(pid);
    try {
      this.child.send({ plans: this.plans });
    } catch (error) {
      // The result of `prepare` cannot be copied to another process.
      const why = error instanceof Error ? error.message : String(error);
      this.kill({ kind: 'failed', reason: `prepare failed: ${why}` });
    }
  }

  private reached(phase: TrialPhase): void {
    this.phase = phase;
    const isLast = this.index + 1 === this.plans.length;
    // Code is warmed for longer than it takes to start a process; without that, it would start in a window.
    if (phase === 'connecting' && isLast && isWarmed(this.plans))
      this.options.standby?.prepare(ownPlace(this.options));
  }

  /** The process measures its next load. */
  private goOn(outcome: Outcome): void {
    this.known[this.index]?.resolve(outcome);
    this.index++;
    this.phase = 'starting';
    this.limitLoad();
  }

  private leave(outcome: Outcome): void {
    this.phase = 'leaving';
    this.last ??= outcome;
    this.isHeld = outcome.kind === 'measured' && this.plans[this.index]?.server !== undefined;
    if (this.isHeld) this.events.measured?.();
    else this.limitLeaving();
  }

  private limitLeaving(): void {
    this.limit.set(LEAVE_LIMIT_MS, () => {
      this.notes.push(NOT_LEFT);
      this.child.kill();
    });
  }

  private limitLoad(): void {
    const { timeLimitNs } = this.options;
    this.limit.set(timeLimitNs / 1e6, () =>
      this.kill({ kind: 'failed', reason: lateReason(timeLimitNs, this.phase) }),
    );
  }

  private kill(outcome: Outcome | 'interrupted'): void {
    this.last ??= outcome;
    this.child.kill();
  }

  private settle({ how, lastWords }: Ending): void {
    this.last ??= {
      kind: 'failed',
      reason: `the measured process ended (${how}) while ${DOING[this.phase]}${lastWords ? `: ${lastWords}` : ''}`,
    };
    this.known[this.index]?.resolve(this.last === 'interrupted' ? undefined : this.last);
    for (const { resolve } of this.known) resolve(undefined);
  }
}

const isWarmed = (plans: readonly TrialPlan[]): boolean =>
  plans.every(({ longestWarmupNs }) => longestWarmupNs > 0);

const ownPlace = (options: TrialOptions) => placeOf(options, options.isGenerator ? 'generators' : 'measured');

function startOrTake(options: TrialOptions, received: (message: unknown) => void): Child {
  const { tracedTo, standby, output } = options;
  const place = ownPlace(options);
  if (tracedTo === undefined && standby) return standby.take({ received, output }, place);
  const under = tracedTo === undefined ? undefined : straceTo(tracedTo);
  return startChild({ module: CELL_MAIN, under, place, received, output });
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

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

/** A promise and its resolver (`Promise.withResolvers` of Node 22). */
function deferred<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
