/** What a model is: an engine, and how requests share threads while they wait for it. */
import type { Operation, Steps } from '../operations.ts';
import type { Params } from '../workloads/parameters.ts';
import type { TallyCounts } from '../workloads/tally.ts';
import type { Form, Resource, WorkloadReference } from '../workloads/workload.ts';
import type { Drawing } from './drawings/drawing.ts';

/** One request in flight. */
export interface Task {
  /** Takes the request's start time. */
  begin(): void;
  /** Calls the workload: steps for a request written as operations, a promise or nothing for one written as a function. */
  request(): unknown;
  /** The request has been submitted: control has come back to whoever began it. */
  submitted(): void;
  /** The request has ended, now; with what went wrong, if anything did, and what it counted, if another thread performed it. */
  end(error?: unknown, counted?: TallyCounts): void;
  /** The request, handed over when it began, was performed elsewhere. */
  ended(outcome: Outcome): void;
  steps: Steps | undefined;
  /** The operation that the request waits for. */
  operation: Operation | undefined;
}

/** What another thread reports of a request that it performed. The number alone is when it ended: the cheapest thing to hand over. */
export type Outcome = number | PerformedElsewhere;

/** Of a request that failed, or counted something. */
export interface PerformedElsewhere {
  readonly endedNs: number;
  /** What it failed with; `undefined` if it ended well. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly counted?: TallyCounts;
}

/** The requests that a load sends, as a model sees them: what there is to begin, and how long it may wait. */
export interface Requests {
  /** The requests that are due now, one after another. */
  due(): Iterable<Task>;
  /**
   * How long until the next one is due: 0 if one is due now, Infinity if one has to end first. Whoever can begin nothing now, because
   * every thread is busy, passes `false`, and is woken only for what has to happen besides.
   */
  waitNs(canBegin?: boolean): number;
  /** Calls back when the next one is due, for those who wait by going back to Node's loop; more punctual than its timers, where there is such a thing. */
  readonly ring?: ((wake: () => void) => void) | undefined;
  /** Nothing is in flight any more, and nothing will be due. */
  readonly over: boolean;
}

/** Begins requests as they become due, until they are over. */
export type Run = (requests: Requests) => void | Promise<void>;

/** What a model is told of a cell before the first request. */
export interface Setting {
  readonly workload: WorkloadReference;
  readonly form: Form;
  readonly fixture: unknown;
  readonly seed: number;
  /** The most requests that will be in flight at once. */
  readonly concurrency: number;
  /** The size of a fixed pool, if one was asked for. */
  readonly threads: number | undefined;
  /** The model's own parameters. */
  readonly params: unknown;
  /** What threads that run `threadModules.requests` are started with. */
  readonly threadData: unknown;
  /** The modules that other threads run: whole requests, one at a time; or an async function for a thread that stands still. */
  readonly threadModules: { readonly requests: string; readonly helper: string };
  /** Measures what it costs to hand an empty request to one of so many threads and hear back. */
  measureDispatch(threads: number, dispatch: () => Promise<unknown>): Promise<void>;
  /** Tells a reader of the result what has to be known. */
  note(sentence: string): void;
}

export interface Started {
  readonly run: Run;
  /** The requests run in other threads, with clients of their own. */
  readonly isElsewhere?: boolean;
  /** None of its calls waits: the thread only ever waits in Node's loop, even where a signal cuts the loop's own account short. */
  readonly neverBlocks?: boolean;
  /** Between requests it goes back to Node's loop, which keeps its own account of how long it waits. */
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
}

/**
 * How reports draw a model, everywhere: a colour on light and on dark, a line and points of its own, so that lines are told apart
 * without colour. The hues start from Okabe and Ito's; both sets were then spread for normal, deuteranope and protanope sight
 * (Machado et al. 2009), at a contrast of 3:1 or more with the background.
 */
export interface ModelStyle {
  readonly light: string;
  readonly dark: string;
  readonly line: 'solid' | 'dashed' | 'dotted' | 'dash-dotted';
  readonly point: 'circle' | 'triangle' | 'square' | 'diamond' | 'star' | 'cross';
}

/** All that is known of a model stands in its file: reports get it with the run, and ask nobody for a name. */
export interface Model {
  readonly name: string;
  readonly family: 'sync-blocking' | 'thread-per-request' | 'async non-blocking' | 'multiplexed event loop';
  /** One line. */
  readonly summary: string;
  /** Three sentences. */
  readonly definition: string;
  readonly source: string;
  /** The model's own parameters, each with its default; set with `-p MODEL.KEY=VALUE`. */
  readonly params?: Params;
  /** Why this model cannot run such a cell on this system, in a sentence; nothing if it can. */
  refuses(traits: Traits): string | undefined;
  /** Whether `--threads` says how many threads it has. */
  readonly takesThreads?: boolean;
  /** How many requests are served at once, where that number is known. */
  servers?(traits: Traits): number | undefined;
  /** How many loops there are, each with its share of the clients and in a thread of its own. Without it, one, in the measured process's own. */
  loops?(traits: Traits): number;
  /** Makes ready what has to be ready before the first request (threads, rings). */
  start(setting: Setting): Started | Promise<Started>;
  /** libuv's helper threads do its files: how many are done at once is the size of their pool. */
  readonly filesOnPool?: true;
  /** The simplest of all: reports compare the best with it. One model is. */
  readonly isBaseline?: true;
  readonly style: ModelStyle;
  /** Who waits for whom. */
  readonly drawing: Drawing;
}
