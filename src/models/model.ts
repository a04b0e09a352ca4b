/** What a model is: an engine, and how requests share threads while they wait for it. */
import type { Operation, Steps } from '../operations.ts';
import type { Reason } from '../reasons.ts';
import type { MarkedTimes } from '../workloads/marks.ts';
import type { Params } from '../workloads/parameters.ts';
import type { TallyCounts } from '../workloads/tally.ts';
import type { Form, Resource, WorkloadReference } from '../workloads/workload.ts';
import type { Drawing } from './drawings/drawing.ts';

/** One request in flight. */
export interface Task {
  /** Takes the request's start time. */
  begin(): void;
  /**
   * Calls the workload. Returns the steps of a request written as operations, the promise of an async one,
   * `undefined` for a blocking one.
   */
  request(): unknown;
  /** The request has been submitted: control has returned to the caller that began it. */
  submitted(): void;
  /** The request ends now; with its error, if it failed, and what another thread reports of it. */
  end(error?: unknown, reported?: Reported): void;
  /** The request was performed by another thread. */
  ended(outcome: Outcome): void;
  steps: Steps | undefined;
  /** The operation that the request waits for. */
  operation: Operation | undefined;
}

/**
 * The report of another thread about a request that it performed. A bare number is the time of its end: the
 * cheapest value to pass.
 */
export type Outcome = number | PerformedElsewhere;

/** For a request that failed, counted something, or marked its phases. */
export interface PerformedElsewhere extends Reported {
  readonly endedNs: number;
  /** Why it failed; `undefined` if it did not. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** What the thread that performed a request reports of it, besides its end. */
export interface Reported {
  readonly counted?: TallyCounts;
  readonly marked?: MarkedTimes;
}

/** The requests of a load, as a model sees them: which to begin now, and how long it may wait. */
export interface Requests {
  /** The requests that are due now, one after another. */
  due(): Iterable<Task>;
  /**
   * The time until the next one is due: 0 if one is due now, Infinity if one has to end first. A model that
   * cannot begin a request now, because every thread is busy, passes `false`, and is woken only for other
   * deadlines.
   */
  waitNs(canBegin?: boolean): number;
  /**
   * Calls back when the next one is due, for models that wait by returning to Node's loop; more punctual than
   * its timers. `undefined` if the system offers no better ones.
   */
  readonly wakeWhenDue?: ((wake: () => void) => void) | undefined;
  /** No request is in flight any more, and none will be due. */
  readonly over: boolean;
}

/** Begins requests as they become due, until they are over. */
export type Run = (requests: Requests) => void | Promise<void>;

/** What a model receives before the first request of a cell. */
export interface Setting {
  readonly workload: WorkloadReference;
  readonly form: Form;
  readonly fixture: unknown;
  readonly seed: number;
  /** The most requests that will be in flight at once. */
  readonly concurrency: number;
  /** The size of a fixed pool, if one was requested. */
  readonly threads: number | undefined;
  /** The model's own parameters. */
  readonly params: unknown;
  /** The `workerData` of threads that run `threadModules.requests`. */
  readonly threadData: unknown;
  /**
   * The modules that other threads run: whole requests, one at a time; or an async function for a thread that
   * stands still.
   */
  readonly threadModules: { readonly requests: string; readonly helper: string };
  /** Measures the round trip of an empty request to one of `threads` threads and back. */
  measureDispatch(threads: number, dispatch: () => Promise<unknown>): Promise<void>;
  /** Adds to the cell's result what a reader has to know of how it was run. */
  note(reason: Reason): void;
}

export interface Started {
  readonly run: Run;
  /**
   * None of its calls waits: the thread only ever waits in Node's loop, even if a signal cuts the loop's own
   * account short.
   */
  readonly neverBlocks?: boolean;
  /** Between requests it returns to Node's loop, which keeps its own account of how long it waits. */
  readonly isOnNodeLoop?: boolean;
  /** Ends what `start` started. */
  stop?(): Promise<void>;
}

/** What decides whether a model can run a cell. */
export interface Traits {
  readonly form: Form;
  readonly uses: readonly Resource[];
  readonly concurrency: number;
  readonly threads: number | undefined;
  /** The model's own parameters that are not its defaults. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/**
 * How reports draw a model, everywhere: a colour on light and on dark, a line and points of its own, so that
 * lines can be distinguished without colour. The hues start from Okabe and Ito's; both sets were then spread
 * for normal, deuteranope and protanope sight (Machado et al. 2009), at a contrast of 3:1 or more with the
 * background.
 */
export interface ModelStyle {
  readonly light: string;
  readonly dark: string;
  readonly line: 'solid' | 'dashed' | 'dotted' | 'dash-dotted';
  readonly point: 'circle' | 'triangle' | 'square' | 'diamond' | 'star' | 'cross';
}

/** What reports show of whatever has a row of its own: a model, or a program in its place. */
export interface Described {
  readonly name: string;
  readonly family: string;
  /** One line. */
  readonly summary: string;
  /** Three sentences. */
  readonly definition: string;
  readonly source: string;
  readonly style: ModelStyle;
  /** Who waits for whom. */
  readonly drawing: Drawing;
}

/**
 * All that is known of a model stands in its file: reports get it with the run, and ask nobody for a name.
 */
export interface Model extends Described {
  readonly family: 'sync-blocking' | 'thread-per-request' | 'async non-blocking' | 'multiplexed event loop';
  /** The model's own parameters, each with its default; set with `-p MODEL.KEY=VALUE`. */
  readonly params?: Params;
  /** Why this model cannot run such a cell on this system; `undefined` if it can. */
  refuses(traits: Traits): Reason | undefined;
  /**
   * Whole requests, and sessions, are performed by threads of its own: the thread that begins them sees only
   * how they end.
   */
  readonly isElsewhere?: true;
  /** Whether `--threads` sets its number of threads. */
  readonly takesThreads?: boolean;
  /** How many requests are served at once; `undefined` if that is unknown. */
  servers?(traits: Traits): number | undefined;
  /**
   * How many loops there are, each with its share of the clients and in a thread of its own. Without it, one,
   * in the main thread of the measured process.
   */
  loops?(traits: Traits): number;
  /** Prepares everything that the first request needs (threads, rings). */
  start(setting: Setting): Started | Promise<Started>;
  /** libuv's helper threads do its files: how many are done at once is the size of their pool. */
  readonly filesOnPool?: true;
  /** The simplest of all: reports compare the best with it. One model is. */
  readonly isBaseline?: true;
}
