/** The requests of a load, and steps that last as long as it does, performed by the same model. */
import type { Requests, Task } from '../../models/model.ts';
import type { Steps } from '../../operations.ts';

export interface Alongside extends Requests {
  /** The first error of those steps; they are not to end before the load. */
  readonly failure: unknown;
}

/** The steps begin before the first request. When the load is over, they are left where they stand. */
export function alongside(requests: Requests, lasting: readonly Steps[]): Alongside {
  const left = lasting.map((steps) => taskOf(steps));
  let failure: unknown;
  function taskOf(steps: Steps): Task {
    const end = (error: unknown = new Error('it ended before the load')) => {
      failure ??= error;
    };
    return {
      begin() {},
      request: () => steps,
      submitted() {},
      end,
      ended: () => end(),
      steps: undefined,
      operation: undefined,
    };
  }
  const { wakeWhenDue } = requests;
  return {
    *due() {
      for (let next = left.shift(); next !== undefined; next = left.shift()) yield next;
      yield* requests.due();
    },
    waitNs: (canBegin) => (left.length > 0 && canBegin !== false ? 0 : requests.waitNs(canBegin)),
    wakeWhenDue: wakeWhenDue && ((wake) => wakeWhenDue.call(requests, wake)),
    get over() {
      return requests.over;
    },
    get failure() {
      return failure;
    },
  };
}
