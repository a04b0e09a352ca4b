/** The one interface by which requests are observed: by recorder, counts, flow, counters and account. */
import type { MarkedTimes } from '../../workloads/marks.ts';
import type { Stage } from './stages.ts';

/**
 * A request that has ended. One object, because numbers that are passed one by one may each be allocated as
 * an object.
 */
export interface EndedRequest {
  /** Its place in the order in which requests began. */
  readonly sequence: number;
  readonly intendedNs: number;
  readonly startedNs: number;
  readonly endedNs: number;
  /** When its server was free for the next request: later than the end, if another thread reported that. */
  readonly freedNs: number;
  /** Its phases, if the workload marks any. */
  readonly marks?: MarkedTimes | undefined;
  /** `undefined` if it completed. */
  readonly errorCode: string | undefined;
}

/** The moment when the window opens or closes, and the requests that are in the system then. */
export interface Turn {
  readonly atNs: number;
  /** The intended starts of due requests that have not been taken. */
  readonly line: readonly number[];
  /** Those of requests that have been taken, and have not ended: looked up one by one. */
  readonly taken: readonly number[];
  /** The number of the latter, as counted with each request that begins and ends. */
  readonly inFlight: number;
}

/** Each observer has the methods that it needs. */
export interface RequestObserver {
  /** A request was taken from the load. */
  began?(intendedNs: number): void;
  /** A request has ended; `stage` is that before its end, which may be what turns the window. */
  ended?(request: EndedRequest, stage: Stage): void;
  opened?(turn: Turn): void;
  closed?(turn: Turn): void;
}
