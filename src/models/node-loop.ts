/** Waiting by returning to Node's own loop: shared by the models that run on it. */
import type { Requests, Task } from './model.ts';

/** Node's timers fire at once if they are set further ahead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface NodeLoop {
  /** Begins the requests that are due. Called again after every event. */
  turn(): void;
  /** Resolves when the requests are over. */
  readonly finished: Promise<void>;
}

/**
 * At most this many requests begin in a row before the loop gets a round of its own: a request that ends
 * without the loop (in the same call, in a microtask) makes the next one due at once, and requests that wait
 * for a socket would starve.
 */
const BEGUN_IN_A_ROW = 64;

/** Begins requests as they become due. While there is no room, due requests wait in line. */
export function onNodeLoop(
  requests: Requests,
  begin: (task: Task) => void,
  hasRoom: () => boolean = () => true,
): NodeLoop {
  let finish: () => void;
  let fail: (error: unknown) => void;
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  let isRoundDue = false;
  let begunInARow = 0;
  let isBeginning = false;
  let timer: NodeJS.Timeout | undefined;

  function turn(): void {
    // A request that ends while others begin makes another one due, which the loop below or the next round
    // finds.
    if (isRoundDue || isBeginning) return;
    if (begunInARow >= BEGUN_IN_A_ROW) return letLoopGoFirst();
    if (hasRoom()) beginDue();
    if (requests.over) {
      clearTimeout(timer);
      finish();
    } else wait(requests.waitNs(hasRoom()));
  }
  function letLoopGoFirst(): void {
    isRoundDue = true;
    setImmediate(nextRound);
  }
  function beginDue(): void {
    isBeginning = true;
    for (const task of requests.due()) {
      begunInARow++;
      begin(task);
      if (!hasRoom()) break;
    }
    isBeginning = false;
  }
  function wait(waitNs: number): void {
    if (waitNs === 0) letLoopGoFirst();
    else if (requests.wakeWhenDue) requests.wakeWhenDue(nextRound);
    else if (waitNs !== Number.POSITIVE_INFINITY) {
      clearTimeout(timer);
      timer = setTimeout(turn, Math.min(waitNs / 1e6, LONGEST_TIMER_MS));
    }
  }
  function nextRound(): void {
    isRoundDue = false;
    begunInARow = 0;
    try {
      turn();
    } catch (error) {
      fail(error);
    }
  }
  setImmediate(nextRound);
  return { turn, finished };
}
