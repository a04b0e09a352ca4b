/** The requests that a model serves: connects the load, the window and the clients. */
import { messageOf, textIn } from '../../errors.ts';
import type { Clock } from '../../load/clock.ts';
import type { Load } from '../../load/load.ts';
import type { Outcome, PerformedElsewhere, Reported, Requests, Task } from '../../models/model.ts';
import type { Operation, Steps } from '../../operations.ts';
import type { Client } from '../../workloads/client.ts';
import type { Marks } from '../../workloads/marks.ts';
import type { Tally, TallyCounts } from '../../workloads/tally.ts';
import type { Alarm } from './alarm.ts';
import { CachedClock } from './cached-clock.ts';
import type { Begun, InFlight } from './in-flight.ts';
import type { EndedRequest } from './observer.ts';
import type { Stages } from './stages.ts';
import type { RequestsWindow } from './window.ts';

export interface RequestsOptions {
  readonly load: Load;
  readonly clock: Clock;
  readonly stages: Stages;
  readonly window: RequestsWindow;
  /** The model waits in its own calls, not in Node's loop: how long is a part of its thread's time. */
  readonly timesWaits: boolean;
  readonly inFlight: InFlight;
  readonly newClient: () => Client;
  /** The counts of this thread's clients; those of other threads arrive with each request. */
  readonly tally?: Tally;
  /** Wakes the loop when the next request is due; without it, models use a timer. */
  readonly alarm?: Pick<Alarm, 'set'> | undefined;
}

/** One submit in N requests is timed: that takes another reading of the clock. */
const SUBMITS_PER_SAMPLE = 16;
const LONGEST_MESSAGE = 200;

export class WindowedRequests implements Requests {
  /** The message of the first request that failed. */
  firstFailure: string | undefined;
  readonly wakeWhenDue: ((wake: () => void) => void) | undefined;
  private readonly options: RequestsOptions;
  private readonly tasks: RequestTask[] = [];
  /**
   * The task that ended last, and is free: each refers to the one before. An array would be one of objects
   * only from its first `push` on, for which V8 would compile the first requests of each load anew.
   */
  private idle: RequestTask | undefined;
  private readonly round: IterableIterator<Task>;
  // With fractions, so that V8 keeps room for them from the start.
  private roundNs = 0.5;
  private sequence = 0;
  private readonly clock: CachedClock;
  /** Until when the model waits. */
  private untilNs = Number.POSITIVE_INFINITY;

  constructor(options: RequestsOptions) {
    this.options = options;
    this.clock = new CachedClock(options.clock, options.window);
    this.round = this.createRound();
    const { alarm } = options;
    this.wakeWhenDue =
      alarm &&
      ((wake) => {
        if (this.untilNs !== Number.POSITIVE_INFINITY) alarm.set(this.untilNs, wake);
      });
  }

  /** The requests that are due as this round begins; those that become due meanwhile belong to the next. */
  due(): Iterable<Task> {
    const { load, stages } = this.options;
    // If a request has to end first, and the stage does not end by itself, the time does not matter.
    this.roundNs = this.clock.round(
      load.nextDueNs() === Number.POSITIVE_INFINITY && stages.deadlineNs === Number.POSITIVE_INFINITY,
    );
    return this.round;
  }

  waitNs(canBegin = true): number {
    if (this.over) return 0;
    const { load, stages, timesWaits } = this.options;
    const untilNs = canBegin ? Math.min(load.nextDueNs(), stages.deadlineNs) : stages.deadlineNs;
    this.untilNs = untilNs;
    if (untilNs <= this.clock.lastNs) return 0;
    if (untilNs === Number.POSITIVE_INFINITY && !timesWaits) return untilNs;
    return this.clock.waitUntil(untilNs);
  }

  get over(): boolean {
    const { stages, inFlight, load } = this.options;
    if (!stages.isClosed) return false;
    const isDrained = inFlight.count === 0 && load.nextDueNs() === Number.POSITIVE_INFINITY;
    return isDrained || this.clock.read() >= stages.deadlineNs;
  }

  /** The intended starts of requests that have not ended, including those that never began. */
  *leftSinceNs(): Iterable<number> {
    const { stages, inFlight, load } = this.options;
    yield* inFlight.sinceNs();
    yield* load.line(stages.closedNs);
  }

  startNs(): number {
    return this.clock.start();
  }

  endNs(): number {
    return this.clock.end();
  }

  /** A request has just been submitted: it has gone as far as it can without waiting. */
  submitted(task: RequestTask): void {
    if (task.sequence % SUBMITS_PER_SAMPLE !== 0) return;
    this.options.window.submitted((task.isInFlight ? this.clock.read() : task.endedNs) - task.startedNs);
  }

  /** A request that another thread performed has counted something. */
  counted(counts: TallyCounts): void {
    this.options.tally?.add(counts);
  }

  get clients(): Client[] {
    return this.tasks.map(({ client }) => client);
  }

  finish(task: RequestTask): void {
    const { load, window, inFlight } = this.options;
    inFlight.end(task);
    task.nextIdle = this.idle;
    this.idle = task;
    load.ended(task.endedNs);
    window.ended(task);
  }

  private createRound(): IterableIterator<Task> {
    const { load, stages } = this.options;
    const result: IteratorResult<Task> = { done: false, value: undefined as never };
    const finished: IteratorResult<Task> = { done: true, value: undefined };
    const next = (): IteratorResult<Task> => {
      // The drain is given up.
      if (load.nextDueNs() > this.roundNs || this.clock.lastNs >= stages.deadlineNs) return finished;
      result.value = this.take();
      return result;
    };
    const round = { next, [Symbol.iterator]: () => round };
    return round;
  }

  private take(): Task {
    const task = this.idle ?? this.createTask();
    this.idle = task.nextIdle;
    task.sequence = this.sequence++;
    task.intendedNs = this.options.load.take();
    this.options.window.began(task.intendedNs);
    this.options.inFlight.begin(task);
    return task;
  }

  private createTask(): RequestTask {
    const task = new RequestTask(this, this.options.newClient());
    this.tasks.push(task);
    this.options.inFlight.add(task);
    return task;
  }
}

/** One request in flight; reused for the next one of the same client. */
class RequestTask implements Task, EndedRequest, Begun {
  isInFlight = false;
  sequence = 0;
  // With a fraction, so that V8 keeps room for one from the start.
  intendedNs = 0.5;
  startedNs = 0.5;
  endedNs = 0.5;
  freedNs = 0.5;
  errorCode: string | undefined;
  nextIdle: RequestTask | undefined;
  steps: Steps | undefined;
  operation: Operation | undefined;
  private readonly requests: WindowedRequests;
  readonly client: Client;
  readonly marks: Marks | undefined;

  constructor(requests: WindowedRequests, client: Client) {
    this.requests = requests;
    this.client = client;
    this.marks = client.marks;
  }

  begin(): void {
    this.startedNs = this.requests.startNs();
    if (this.marks !== undefined) this.marks.begin(this.startedNs);
  }

  request(): unknown {
    return this.client.request();
  }

  submitted(): void {
    this.requests.submitted(this);
  }

  end(error?: unknown, reported?: Reported): void {
    this.endedNs = this.requests.endNs();
    this.freedNs = this.endedNs;
    if (reported) this.take(reported);
    this.errorCode = error === undefined ? undefined : errorCode(error);
    if (error !== undefined) {
      this.requests.firstFailure ??= errorMessage(error);
      this.client.discard();
    }
    this.requests.finish(this);
  }

  ended(outcome: Outcome): void {
    this.freedNs = this.requests.endNs();
    if (typeof outcome === 'number') {
      this.endedNs = Math.min(outcome, this.freedNs);
      this.errorCode = undefined;
    } else this.endedWith(outcome);
    this.requests.finish(this);
  }

  private endedWith({ endedNs, error, ...reported }: PerformedElsewhere): void {
    this.take(reported);
    this.endedNs = Math.min(endedNs, this.freedNs);
    this.errorCode = error?.code;
    this.requests.firstFailure ??= error?.message;
  }

  private take({ counted, marked }: Reported): void {
    if (counted) this.requests.counted(counted);
    if (marked) this.marks?.take(marked);
  }
}

/** The code under which an error is counted: the system's code, or the error's name. */
export function errorCode(error: unknown): string {
  return textIn(error, 'code') ?? textIn(error, 'name') ?? 'Error';
}

/** An error's message, in one line, cut to a length that fits a report. */
export function errorMessage(error: unknown): string {
  const text = messageOf(error).replace(/\s+/g, ' ');
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}
