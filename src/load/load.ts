/** When requests are sent. A load is asked for the next intended start, and told when a request ends; it never knows who serves. */
export interface Load {
  /** When the next request is to start, as far as is known; Infinity if one has to end first. Nanoseconds of the run's clock. */
  nextDueNs(): number;
  /** Takes the next request, which is due: its intended start. */
  take(): number;
  /** A request ended. */
  ended(nowNs: number): void;
  /** The intended starts of those that are due by then, and have not been taken: the line in front of the model. */
  line(nowNs: number): Iterable<number>;
  /** How many of those there are. */
  waiting(nowNs: number): number;
  /** Nothing is due after this: what was due by then and has not been taken stays in line. */
  stop(atNs: number): void;
}
