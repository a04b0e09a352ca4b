/**
 * What became of the connections of a server, in memory that all its threads share: each thread that serves
 * counts, and the thread of accounts reads, without stopping anyone.
 */

/** Every accepted connection is in exactly one of `served`, `failed` and `open`. */
export interface Connections {
  readonly accepted: number;
  /** `serve` has returned. */
  readonly served: number;
  /** `serve` has thrown an error. */
  readonly failed: number;
  /** Neither yet. */
  readonly open: number;
  /** Calls of `accept` that failed, without a connection: too many open files, as a rule. */
  readonly refused: number;
}

const IS_CLOSING = 0;
const ACCEPTED = 1;
const SERVED = 2;
const FAILED = 3;
const REFUSED = 4;
const STREAMS = 5;
/** The descriptors of the sockets that listen follow. */
const LISTENERS = 6;
const MOST_LISTENERS = 1024;
/** Clients of the same trial, and so of the same seed, have those below. */
const FIRST_STREAM = 2 ** 16;

export class SessionCounts {
  readonly shared: Int32Array;
  /** The time that the one loop of this server has waited for whatever comes first, nanoseconds. */
  readonly waitedNs: Float64Array;

  constructor({ shared, waitedNs }: Partial<SharedCounts> = {}) {
    this.shared = shared ?? new Int32Array(new SharedArrayBuffer(4 * (LISTENERS + 1 + MOST_LISTENERS)));
    this.waitedNs = waitedNs ?? new Float64Array(new SharedArrayBuffer(8));
  }

  accepted(): void {
    Atomics.add(this.shared, ACCEPTED, 1);
  }
  served(): void {
    Atomics.add(this.shared, SERVED, 1);
  }
  failed(): void {
    Atomics.add(this.shared, FAILED, 1);
  }
  refused(): void {
    Atomics.add(this.shared, REFUSED, 1);
  }

  /** That of a thread's random numbers, which no other thread of this server has, nor its clients. */
  nextStream(): number {
    return FIRST_STREAM + Atomics.add(this.shared, STREAMS, 1);
  }

  /** Read together: a connection that ends meanwhile is in one of the figures, and not in two. */
  read(): Connections {
    const { shared } = this;
    const served = Atomics.load(shared, SERVED);
    const failed = Atomics.load(shared, FAILED);
    const accepted = Atomics.load(shared, ACCEPTED);
    return {
      accepted,
      served,
      failed,
      open: accepted - served - failed,
      refused: Atomics.load(shared, REFUSED),
    };
  }

  /** From now on nobody accepts. */
  close(): void {
    Atomics.store(this.shared, IS_CLOSING, 1);
  }
  get isClosing(): boolean {
    return Atomics.load(this.shared, IS_CLOSING) === 1;
  }

  /** A socket listens, and has to be shut down when the server ends. */
  addListener(fd: number): void {
    const number = Atomics.add(this.shared, LISTENERS, 1);
    if (number < MOST_LISTENERS) Atomics.store(this.shared, LISTENERS + 1 + number, fd);
  }
  listeners(): readonly number[] {
    const count = Math.min(MOST_LISTENERS, Atomics.load(this.shared, LISTENERS));
    return Array.from({ length: count }, (_, number) => Atomics.load(this.shared, LISTENERS + 1 + number));
  }
}

/** What another thread needs to count in the same memory. */
export interface SharedCounts {
  readonly shared: Int32Array;
  readonly waitedNs: Float64Array;
}
