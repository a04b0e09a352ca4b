/** Two sequences of operations at once. */
import type { Engine, Steps } from '../operations.ts';
import { UnsupportedError } from './errors.ts';
import { Step } from './step.ts';

/** Whoever performs steps performs this one, too: an engine knows nothing of steps. */
export const BOTH: unique symbol = Symbol('both');

export class Both<First = unknown, Second = unknown> extends Step<[First, Second]> {
  declare readonly kind: 'both';
  declare readonly first: Steps<First>;
  declare readonly second: Steps<Second>;
  constructor(first: Steps<First>, second: Steps<Second>) {
    super();
    this.kind = 'both';
    this.first = first;
    this.second = second;
  }
  /** @throws UnsupportedError under an engine that waits for one thing at a time. */
  performBy(engine: Engine): unknown {
    if (engine.refusesBoth) throw new UnsupportedError(engine.refusesBoth);
    return BOTH;
  }
}

/**
 * Two sequences of steps at once, inside one request: each goes on while the other waits. The result is both
 * results, when both have ended. If one fails, the other is closed where it waits (its `finally` runs, to its
 * end), and the first error is thrown; a connection that was being received from or sent to by then is good
 * for nothing but to be closed.
 * @throws UnsupportedError under a blocking model, which waits for one thing at a time.
 */
export const both = <First, Second>(first: Steps<First>, second: Steps<Second>): Both<First, Second> =>
  new Both(first, second);
