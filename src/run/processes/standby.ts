/**
 * A process that has started and waits for its work. To start one takes half as long as a window: it starts
 * while the one before it warms up, and waits, idle, until that one has ended.
 */
import type { Place } from '../placement.ts';
import { type Child, type ChildOptions, startChild } from './child.ts';
import { within } from './within.ts';

/** What a start takes on a machine of today; where it cannot be measured. */
const USUAL_START_NS = 0.3e9;
const START_LIMIT_MS = 3_000;

type Listener = Pick<ChildOptions, 'received' | 'output'>;

interface Waiting {
  readonly child: Child;
  readonly place: Place;
  /** What its start took, in nanoseconds. */
  readonly startNs: Promise<number>;
  attach(listener: Listener): void;
}

export class Standby {
  private readonly module: URL;
  private waiting: Waiting | undefined;

  /** Of processes that run this module. */
  constructor(module: URL) {
    this.module = module;
  }

  /** Starts one there, unless one waits. */
  prepare(place: Place = {}): void {
    this.waiting ??= this.start(place);
  }

  /** Starts one there, unless one waits; returns what that takes on this machine, in nanoseconds. */
  async measureStart(place: Place = {}): Promise<number> {
    this.prepare(place);
    return (this.waiting && (await within(START_LIMIT_MS, this.waiting.startNs))) ?? USUAL_START_NS;
  }

  /**
   * The one that waits, or a new one where that is in another place; its messages and output so far are
   * received first.
   */
  take(listener: Listener, place: Place = {}): Child {
    const { waiting } = this;
    this.waiting = undefined;
    const isThere = waiting !== undefined && JSON.stringify(waiting.place) === JSON.stringify(place);
    if (!isThere) waiting?.child.kill();
    const { child, attach } = isThere ? waiting : this.start(place);
    attach(listener);
    return child;
  }

  /** Ends the one that waits. */
  async end(): Promise<void> {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.child.kill();
    await waiting?.child.ended;
  }

  private start(place: Place): Waiting {
    const messages: { readonly kind: string }[] = [];
    const texts: string[] = [];
    let attached: Listener | undefined;
    const beganMs = performance.now();
    let isReady: (ns: number) => void = () => {};
    const startNs = new Promise<number>((resolve) => {
      isReady = resolve;
    });
    const child = startChild({
      module: this.module,
      place,
      received: (message) => {
        if (message.kind === 'ready') isReady((performance.now() - beganMs) * 1e6);
        if (attached) attached.received(message);
        else messages.push(message);
      },
      output: (text) => void (attached ? attached.output?.(text) : texts.push(text)),
    });
    const started: Waiting = {
      child,
      place,
      startNs,
      attach(listener: Listener) {
        // Not before it has been taken.
        queueMicrotask(() => {
          attached = listener;
          for (const message of messages) listener.received(message);
          for (const text of texts) listener.output?.(text);
        });
      },
    };
    // One that ended while it waited is not given to anybody.
    void child.ended.then(() => {
      isReady(USUAL_START_NS);
      if (this.waiting === started) this.waiting = undefined;
    });
    return started;
  }
}
