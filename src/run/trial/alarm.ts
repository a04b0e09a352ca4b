/**
 * Wakes Node's loop on time. Its own timers are whole milliseconds, and late by up to another; a thread that stands still in
 * futex(2) until the next request is due, and then sends a message, is late by the time that two wake-ups take.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';

/** What the thread is given, and where it says which thread it is. */
export interface AlarmData {
  readonly port: MessagePort;
  /** When to ring next, nanoseconds of the run's clock. */
  readonly dueNs: Float64Array;
  readonly words: Int32Array;
}
/** Words that both share: how often the alarm was set (the thread waits for a change), whether it is over, the system's number of the thread. */
export const SETTINGS = 0;
export const IS_OVER = 1;
export const THREAD_ID = 2;

export interface Alarm {
  /** Rings once at that time, instead of when it was set for before. */
  set(dueNs: number, ring: () => void): void;
  /** What the thread has used so far, by the kernel's account; nothing where the system keeps none. */
  used(): AlarmUsage | undefined;
  stop(): Promise<void>;
}
export interface AlarmUsage {
  readonly cpuNs: number;
  readonly contextSwitches: { readonly voluntary: number; readonly involuntary: number };
}

export async function createAlarm(): Promise<Alarm> {
  const { port1: here, port2: there } = new MessageChannel();
  const dueNs = new Float64Array(new SharedArrayBuffer(8));
  const words = new Int32Array(new SharedArrayBuffer(12));
  const workerData: AlarmData = { port: there, dueNs, words };
  const thread = new Worker(new URL('./thread.alarm.js', import.meta.url), { workerData, transferList: [there] });
  await new Promise((resolve, reject) => {
    here.once('message', resolve);
    thread.once('error', reject);
  });
  let ringing: (() => void) | undefined;
  /** What it is set for, until it has rung: by the clock of another thread that may be a little early, and then it is set again. */
  let pendingNs = Number.NaN;
  here.on('message', (setting: number) => {
    // What rang for a time that was changed meanwhile is not for the new one.
    if (setting !== Atomics.load(words, SETTINGS)) return;
    pendingNs = Number.NaN;
    ringing?.();
  });

  function signal(): void {
    Atomics.add(words, SETTINGS, 1);
    Atomics.notify(words, SETTINGS);
  }
  return {
    set(atNs, ring) {
      ringing = ring;
      if (pendingNs === atNs) return;
      pendingNs = atNs;
      dueNs[0] = atNs;
      signal();
    },
    used: () => usageOf(words[THREAD_ID] as number),
    async stop() {
      words[IS_OVER] = 1;
      signal();
      here.close();
      await thread.terminate();
    },
  };
}

/** /proc/PID/task/TID/schedstat: time on a CPU, and more; .../status: context switches. */
function usageOf(threadId: number): AlarmUsage | undefined {
  try {
    const folder = `/proc/${process.pid}/task/${threadId}`;
    const status = readFileSync(`${folder}/status`, 'utf8');
    const switches = (kind: string) => Number(new RegExp(`^${kind}_ctxt_switches:\\s*(\\d+)`, 'm').exec(status)?.[1]);
    return {
      cpuNs: Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]),
      contextSwitches: { voluntary: switches('voluntary'), involuntary: switches('nonvoluntary') },
    };
  } catch {
    return undefined;
  }
}
