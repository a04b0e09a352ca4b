/**
 * When requests are sent. A load returns the next intended start, and is notified when a request ends; it
 * does not know the model.
 */
export interface Load {
  /**
   * The next intended start, as far as it is known; Infinity if a request has to end first. Nanoseconds of
   * the run's clock.
   */
  nextDueNs(): number;
  /** Takes the next request, which is due; returns its intended start. */
  take(): number;
  /** A request ended. */
  ended(nowNs: number): void;
  /**
   * The intended starts of those that are due by then, and have not been taken: the line in front of the
   * model.
   */
  line(nowNs: number): Iterable<number>;
  /** The number of requests in that line. */
  waiting(nowNs: number): number;
  /** No request is due after this time: those that were due by then and have not been taken stay in line. */
  stop(atNs: number): void;
}
