/**
 * Wakes Node's loop on time. Its own timers have a resolution of milliseconds, and are late by up to another
 * one; a thread that blocks in futex(2) until the next request is due, and then sends a message, is late by
 * the time that two wake-ups take.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { accountOfThread, type ThreadAccount } from '../../engines/thread-usage.ts';

/** The thread's `workerData`; it writes its own id into `words`. */
export interface AlarmData {
  readonly port: MessagePort;
  /** When to wake the loop next, nanoseconds of the run's clock. */
  readonly dueNs: Float64Array;
  readonly words: Int32Array;
}
/**
 * Words that both share: how often the alarm was set (the thread waits for a change), whether it is over, the
 * system's number of the thread.
 */
export const SETTINGS = 0;
export const IS_OVER = 1;
export const THREAD_ID = 2;

export interface Alarm {
  /** Calls `wake` once at that time; replaces an earlier setting. */
  set(dueNs: number, wake: () => void): void;
  /** The thread's usage so far, by the kernel's account; `undefined` if the system keeps none. */
  used(): ThreadAccount | undefined;
  stop(): Promise<void>;
}

export async function createAlarm(): Promise<Alarm> {
  const { port1: here, port2: there } = new MessageChannel();
  const dueNs = new Float64Array(new SharedArrayBuffer(8));
  const words = new Int32Array(new SharedArrayBuffer(12));
  const workerData: AlarmData = { port: there, dueNs, words };
  const thread = new Worker(new URL('./thread.alarm.js', import.meta.url), {
    workerData,
    transferList: [there],
  });
  await new Promise((resolve, reject) => {
    here.once('message', resolve);
    thread.once('error', reject);
  });
  let wakeLoop: (() => void) | undefined;
  /**
   * The pending time, NaN when it has passed: the other thread's clock may be a little early, and then the
   * alarm is set again.
   */
  let pendingNs = Number.NaN;
  here.on('message', (setting: number) => {
    // The message belongs to an earlier setting, which has been replaced meanwhile.
    if (setting !== Atomics.load(words, SETTINGS)) return;
    pendingNs = Number.NaN;
    wakeLoop?.();
  });

  function signal(): void {
    Atomics.add(words, SETTINGS, 1);
    Atomics.notify(words, SETTINGS);
  }
  return {
    set(atNs, wake) {
      wakeLoop = wake;
      if (pendingNs === atNs) return;
      pendingNs = atNs;
      dueNs[0] = atNs;
      signal();
    },
    used: () => accountOfThread(words[THREAD_ID] as number),
    async stop() {
      words[IS_OVER] = 1;
      signal();
      here.close();
      await thread.terminate();
    },
  };
}
