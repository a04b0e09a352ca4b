/** Waiting by going back to Node's own loop: what the models that live on it share. */
import type { Requests, Task } from './model.ts';

export interface NodeLoop {
  /** Begins what is due. Called again whenever something has happened. */
  turn(): void;
  /** Resolves when the requests are over. */
  readonly finished: Promise<void>;
}

/**
 * Begins requests as they become due. Those that end without waiting make others due at once: these wait for the loop's
 * next round, so that nobody who waits for the loop is starved. While there is no room, what is due waits in line.
 */
export function onNodeLoop(requests: Requests, begin: (task: Task) => void, hasRoom: () => boolean = () => true): NodeLoop {
  let finish: () => void;
  let fail: (error: unknown) => void;
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  let isRoundDue = false;
  let timer: NodeJS.Timeout | undefined;

  function turn(): void {
    if (isRoundDue) return;
    if (hasRoom()) beginDue();
    if (requests.over) {
      clearTimeout(timer);
      finish();
    } else if (hasRoom()) wait(requests.waitNs());
  }
  function beginDue(): void {
    for (const task of requests.due()) {
      begin(task);
      if (!hasRoom()) return;
    }
  }
  function wait(waitNs: number): void {
    if (waitNs === 0) {
      isRoundDue = true;
      setImmediate(nextRound);
    } else if (waitNs === Number.POSITIVE_INFINITY) return;
    else if (requests.ring) requests.ring(nextRound);
    else {
      clearTimeout(timer);
      timer = setTimeout(turn, waitNs / 1e6);
    }
  }
  function nextRound(): void {
    isRoundDue = false;
    try {
      turn();
    } catch (error) {
      fail(error);
    }
  }
  setImmediate(nextRound);
  return { turn, finished };
}
