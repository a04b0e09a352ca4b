/** Where a load, a window and the clients meet: the requests that a model is asked to serve. */
import type { Clock } from '../load/clock.ts';
import type { Load } from '../load/load.ts';
import type { Outcome, Requests, Task } from '../models/model.ts';
import type { Operation, Steps } from '../operations.ts';
import type { Client } from '../workloads/client.ts';
import type { Window } from './window.ts';

export interface RequestsOptions {
  readonly load: Load;
  readonly clock: Clock;
  readonly window: Window;
  readonly newClient: () => Client;
  /** How long requests in flight are waited for after the window has closed. */
  readonly drainNs: number;
}

const NOTHING: readonly Task[] = [];

export class WindowedRequests implements Requests {
  inFlight = 0;
  readonly clients: Client[] = [];
  private readonly options: RequestsOptions;
  private readonly idle: RequestTask[] = [];
  private readonly round: IterableIterator<Task>;
  private roundNs = 0;
  /** The last reading of the clock, and whether it still is "now". */
  private lastNs = 0;
  private isFresh = false;

  constructor(options: RequestsOptions) {
    this.options = options;
    this.round = this.createRound();
  }

  /** The requests that are due as this round begins; those that become due meanwhile belong to the next. */
  due(): Iterable<Task> {
    if (this.options.load.nextDueNs() === Number.POSITIVE_INFINITY) return NOTHING;
    this.roundNs = this.isFresh ? this.lastNs : this.now();
    return this.round;
  }

  waitNs(): number {
    const { window, load } = this.options;
    if (this.over) return 0;
    const untilNs = window.isClosed ? window.closedNs + this.options.drainNs : load.nextDueNs();
    if (untilNs === Number.POSITIVE_INFINITY) return untilNs;
    if (untilNs <= this.lastNs) return 0;
    const waitNs = untilNs - this.now();
    this.isFresh = false;
    return Math.max(waitNs, 0);
  }

  get over(): boolean {
    const { window, drainNs } = this.options;
    return window.isClosed && (this.inFlight === 0 || this.now() > window.closedNs + drainNs);
  }

  /** The start of a request: a clock reading that its end (or the last one's) already made, or a new one. */
  startNs(): number {
    const startNs = this.isFresh ? this.lastNs : this.now();
    this.isFresh = false;
    return startNs;
  }

  endNs(): number {
    const endNs = this.now();
    this.isFresh = true;
    return endNs;
  }

  finish(task: RequestTask, startedNs: number, endedNs: number, errorCode: string | undefined): void {
    this.inFlight--;
    this.idle.push(task);
    this.options.load.ended(endedNs);
    this.options.window.record(task.intendedNs, startedNs, endedNs, errorCode);
  }

  private now(): number {
    this.lastNs = this.options.clock();
    return this.lastNs;
  }

  private createRound(): IterableIterator<Task> {
    const { load, window } = this.options;
    const result: IteratorResult<Task> = { done: false, value: undefined as never };
    const finished: IteratorResult<Task> = { done: true, value: undefined };
    const next = (): IteratorResult<Task> => {
      if (window.isClosed || load.nextDueNs() > this.roundNs) return finished;
      result.value = this.take();
      return result;
    };
    const round = { next, [Symbol.iterator]: () => round };
    return round;
  }

  private take(): Task {
    const task = this.idle.pop() ?? this.createTask();
    task.intendedNs = this.options.load.take();
    this.inFlight++;
    return task;
  }

  private createTask(): RequestTask {
    const client = this.options.newClient();
    this.clients.push(client);
    return new RequestTask(this, client);
  }
}

/** One request in flight; used again for the next one of the same client. */
class RequestTask implements Task {
  intendedNs = 0;
  steps: Steps | undefined;
  operation: Operation | undefined;
  private startedNs = 0;
  private readonly requests: WindowedRequests;
  private readonly client: Client;

  constructor(requests: WindowedRequests, client: Client) {
    this.requests = requests;
    this.client = client;
  }

  begin(): void {
    this.startedNs = this.requests.startNs();
  }

  request(): unknown {
    return this.client.request();
  }

  end(error?: unknown): void {
    const endedNs = this.requests.endNs();
    if (error === undefined) return this.requests.finish(this, this.startedNs, endedNs, undefined);
    this.client.discard();
    this.requests.finish(this, this.startedNs, endedNs, errorCode(error));
  }

  ended([startedNs, endedNs, errorCode]: Outcome): void {
    this.requests.finish(this, startedNs, Math.min(endedNs, this.requests.endNs()), errorCode);
  }
}

/** The word that an error is counted under: the system's code, or the error's name. */
export function errorCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}
