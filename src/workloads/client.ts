/** One client of a workload: connects when its first request begins, and anew after one that failed. */
import type { Steps } from '../operations.ts';
import { type Mark, Marks, unrecorded } from './marks.ts';
import type { Tally } from './tally.ts';
import type { Random, Workload } from './workload.ts';

const NOT_CONNECTED = Symbol('not connected');

export class Client {
  private readonly workload: Workload;
  private readonly fixture: unknown;
  private readonly random: Random;
  private readonly tally: Tally;
  private readonly mark: Mark;
  /** `undefined` if the workload declares no phases, or nobody records them. */
  readonly marks: Marks | undefined;
  /** What `connect` made; without one, the fixture. */
  private state: unknown;
  /** The client of a failed request, until it is closed. */
  private broken: unknown = NOT_CONNECTED;

  /** With `nowNs`, a clock, the phases of its requests are recorded. */
  constructor(workload: Workload, fixture: unknown, random: Random, tally: Tally, nowNs?: () => number) {
    this.workload = workload;
    this.fixture = fixture;
    this.random = random;
    this.tally = tally;
    this.marks = nowNs && workload.phases ? new Marks(workload.phases, nowNs) : undefined;
    this.mark = this.marks?.mark ?? unrecorded(workload.phases);
    this.state = workload.connect ? NOT_CONNECTED : fixture;
  }

  /** One request, in the workload's form: returns its steps, its promise, or `undefined` when it is done. */
  request(): unknown {
    if (this.state !== NOT_CONNECTED) return this.workload.request(this.state, this.random, this.mark);
    if (this.workload.form === 'operations') return this.connectAndRequest();
    return this.workload.form === 'async' ? this.connectAndAwait() : this.connectAndBlock();
  }

  /** The connection may be broken: the next request opens a new one. */
  discard(): void {
    if (!this.workload.connect) return;
    this.broken = this.state;
    this.state = NOT_CONNECTED;
  }

  /** Disconnects, in the workload's form; without effect if it is not connected. */
  disconnect(): unknown {
    const { disconnect, connect } = this.workload;
    const last = this.state;
    this.state = connect ? NOT_CONNECTED : this.fixture;
    return last === NOT_CONNECTED ? undefined : disconnect?.(last);
  }

  get isConnected(): boolean {
    return this.workload.connect !== undefined && this.state !== NOT_CONNECTED;
  }

  private *connectAndRequest(): Steps {
    try {
      const closing = this.closeBroken();
      if (closing) yield* closing as Steps;
    } catch {
      // It was broken: closing it may fail, too.
    }
    this.state = yield* this.workload.connect?.(this.fixture, this.tally) as Steps;
    return yield* this.workload.request(this.state, this.random, this.mark) as Steps;
  }

  private async connectAndAwait(): Promise<unknown> {
    await Promise.resolve(this.closeBroken()).catch(() => {});
    this.state = await this.workload.connect?.(this.fixture, this.tally);
    return this.workload.request(this.state, this.random, this.mark);
  }

  private connectAndBlock(): unknown {
    try {
      this.closeBroken();
    } catch {
      // As above.
    }
    this.state = this.workload.connect?.(this.fixture, this.tally);
    return this.workload.request(this.state, this.random, this.mark);
  }

  private closeBroken(): unknown {
    const left = this.broken;
    this.broken = NOT_CONNECTED;
    return left === NOT_CONNECTED ? undefined : this.workload.disconnect?.(left);
  }
}
