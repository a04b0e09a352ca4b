/**
 * The measured window: connects its stages with those who observe requests. Requests that end while it is
 * open are its throughput; requests that were due meanwhile, its latency: they are waited for after it has
 * closed.
 */
import type { ClockWatch } from './cached-clock.ts';
import type { Flow } from './flow.ts';
import type { InFlight } from './in-flight.ts';
import type { EndedRequest, RequestObserver, Turn } from './observer.ts';
import type { OwnAccounts } from './own-accounts.ts';
import type { Prediction } from './prediction.ts';
import type { Recorder } from './recorder.ts';
import type { RequestCounts } from './request-counts.ts';
import type { Stages } from './stages.ts';
import type { TrialLoad } from './trial-load.ts';

/** What requests report to. */
export interface RequestsWindow extends ClockWatch {
  /** A request was taken from the load. */
  began(intendedNs: number): void;
  /** A request has ended. */
  ended(request: EndedRequest): void;
  /** A submit kept control for this long. */
  submitted(controlNs: number): void;
}

/** Those that observe each request have a field of their own: V8 compiles calls of a list's items slower. */
export interface WindowParts {
  readonly stages: Stages;
  readonly load: Pick<TrialLoad, 'line' | 'stop'>;
  readonly inFlight: InFlight;
  readonly recorder: Recorder;
  readonly counts: RequestCounts;
  readonly flow: Flow;
  readonly prediction?: Prediction | undefined;
  readonly accounts?: OwnAccounts | undefined;
  /** They observe turns alone; notified before those above, in their order. */
  readonly atTurns?: readonly RequestObserver[];
  readonly startNs: number;
  turned(stage: 'open' | 'closed'): void;
}

export class Window implements RequestsWindow {
  /** A slot of the timeline is over by then, or the window. */
  watchNs = Number.POSITIVE_INFINITY;
  private readonly stages: Stages;
  private readonly load: Pick<TrialLoad, 'line' | 'stop'>;
  private readonly inFlight: InFlight;
  private readonly recorder: Recorder;
  private readonly counts: RequestCounts;
  private readonly flow: Flow;
  private readonly prediction: Prediction | undefined;
  private readonly accounts: OwnAccounts | undefined;
  private readonly observers: readonly RequestObserver[];
  private readonly turned: (stage: 'open' | 'closed') => void;

  constructor(parts: WindowParts) {
    const { recorder, counts, flow, accounts } = parts;
    this.stages = parts.stages;
    this.load = parts.load;
    this.inFlight = parts.inFlight;
    this.recorder = recorder;
    this.counts = counts;
    this.flow = flow;
    this.prediction = parts.prediction;
    this.accounts = accounts;
    // The flow compares with what is in the recorder and in the counts: they come first.
    this.observers = [...(parts.atTurns ?? []), recorder, counts, flow];
    this.turned = parts.turned;
    // The warm-up is recorded, too, and discarded when the window opens: code that runs for the first time
    // would delay requests.
    recorder.open(parts.startNs);
    this.watch();
  }

  /**
   * Advances to this time: finishes the slots and the window that are over, with the requests that are in the
   * system by then.
   */
  passed(nowNs: number): void {
    const { stages } = this;
    const isOver = !stages.isClosed && nowNs >= stages.deadlineNs;
    this.recorder.passed(isOver ? stages.deadlineNs : nowNs);
    if (isOver) this.close(stages.deadlineNs, nowNs);
    this.watch();
  }

  began(intendedNs: number): void {
    this.flow.began(intendedNs);
  }

  /**
   * The window turns when the end is known: until then, others have begun. What every request goes through is
   * written out: with a call each of the prediction, the counts and the stages it took measurably longer.
   */
  ended(request: EndedRequest): void {
    const { stages, counts, prediction } = this;
    const { stage } = stages;
    const isCompleted = request.errorCode === undefined;
    this.flow.ended(request);
    if (prediction !== undefined)
      prediction.oracle.finished(
        request.sequence,
        request.intendedNs,
        request.startedNs - request.intendedNs,
        request.freedNs - request.startedNs,
        stage === 'open' && isCompleted,
      );
    if (isCompleted) this.recorder.ended(request);
    else this.recorder.failed(request);
    if (stage === 'open') {
      if (isCompleted) {
        counts.completed++;
        if (request.sequence < counts.lastSequence) counts.reordered++;
        else counts.lastSequence = request.sequence;
      } else counts.ended(request, stage);
      if (stages.isOver(request.endedNs, counts.completed + counts.failed))
        this.close(request.freedNs, request.freedNs);
    } else if (stage === 'closed') counts.ended(request, stage);
    else if (stages.isWarm(request.endedNs)) this.open(request.freedNs);
  }

  submitted(controlNs: number): void {
    if (!this.stages.isClosed) this.recorder.submit.record(controlNs);
  }

  waited(forNs: number): void {
    if (this.stages.stage === 'open') this.accounts?.waited(forNs, this.inFlight.count === 0);
  }

  private open(atNs: number): void {
    this.stages.open(atNs);
    this.accounts?.opened();
    const turn = this.turnAt(atNs);
    for (const observer of this.observers) observer.opened?.(turn);
    this.watch();
    this.turned('open');
  }

  private close(atNs: number, nowNs: number): void {
    this.stages.close(atNs, nowNs);
    this.accounts?.closed();
    const turn = this.turnAt(atNs);
    for (const observer of this.observers) observer.closed?.(turn);
    this.load.stop(atNs);
    this.watch();
    this.turned('closed');
  }

  private turnAt(atNs: number): Turn {
    const { load, inFlight } = this;
    return { atNs, line: [...load.line(atNs)], taken: inFlight.sinceNs(), inFlight: inFlight.count };
  }

  private watch(): void {
    const { stages, recorder } = this;
    this.watchNs = stages.isClosed
      ? Number.POSITIVE_INFINITY
      : Math.min(stages.deadlineNs, recorder.slotEndsNs);
  }
}
