/**
 * A thread that blocks on an async function: a helper thread runs the function, and the calling thread
 * sleeps in `Atomics.wait` (futex(2)) until it is done. An emulation, and labelled as one.
 */
import { existsSync } from 'node:fs';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Reported, Setting, Task } from './model.ts';

/**
 * The helper thread's `workerData`. It answers each message on `port` with one of its own, then sets and
 * wakes `done`.
 */
export interface HelperData extends Pick<Setting, 'workload' | 'fixture' | 'seed'> {
  readonly port: MessagePort;
  readonly done: Int32Array;
}
/** The values of `done`. */
export const ASKED = 0;
export const ANSWERED = 1;
export const ENDED = 2;
/** The helper's message when it is ready; its thread's id is `undefined` if the system has none. */
export interface HelperReady {
  readonly threadId: number | undefined;
}
/** The helper's answer: the error, if the request failed, and what else it reports. */
export interface HelperAnswer extends Reported {
  readonly errorCode?: string;
  readonly message?: string;
}

export interface Bridge {
  /** Serves requests, and fails with the reason if the helper ends meanwhile. */
  serving(serveAll: (serve: (task: Task) => void) => void): Promise<void>;
  stop(): Promise<void>;
}

/** A thread that runs out of memory ends without a message: whether it lives is checked this often. */
const CHECK_EVERY_MS = 500;
const GONE = Symbol('gone');

export async function startBridge(setting: Setting): Promise<Bridge> {
  setting.note({ code: 'emulated', values: {} });
  const { port1: here, port2: there } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { workload, fixture, seed } = setting;
  const workerData: HelperData = { workload, fixture, seed, port: there, done };
  const helper = new Worker(new URL(setting.threadModules.helper), { workerData, transferList: [there] });
  const ended = endOf(helper);
  const ready = new Promise<HelperReady>((resolve) => helper.once('message', resolve));
  const { threadId } = await Promise.race([ready, ended.then((error) => Promise.reject(error))]);

  /** Blocks until the helper has answered. @throws GONE if it has ended. */
  function ask(what: 'request' | 'disconnect'): HelperAnswer {
    if (Atomics.compareExchange(done, 0, ANSWERED, ASKED) === ENDED) throw GONE;
    here.postMessage(what);
    while (Atomics.wait(done, 0, ASKED, CHECK_EVERY_MS) === 'timed-out') if (!isAlive(threadId)) throw GONE;
    if (Atomics.load(done, 0) === ENDED) throw GONE;
    return receiveMessageOnPort(here)?.message as HelperAnswer;
  }
  function serve(task: Task): void {
    task.begin();
    const { errorCode, message, ...reported } = ask('request');
    task.end(
      errorCode === undefined ? undefined : Object.assign(new Error(message), { code: errorCode }),
      reported,
    );
  }
  return {
    async serving(serveAll) {
      try {
        serveAll(serve);
      } catch (error) {
        // The reason for its end arrives when this thread returns to its loop.
        throw error === GONE ? await ended : error;
      }
    },
    async stop() {
      try {
        ask('disconnect');
      } finally {
        here.close();
        await helper.terminate();
      }
    },
  };
}

/** Why the helper ended: an uncaught error, a lack of memory, or its own exit. */
function endOf(helper: Worker): Promise<Error> {
  const because = (why: string) => new Error(`the helper thread ended: ${why}`);
  return new Promise((resolve) => {
    helper.once('error', (error) =>
      resolve(because(error instanceof Error ? `${error.name}: ${error.message}` : String(error))),
    );
    helper.once('exit', (code) => resolve(because(`exit code ${code}`)));
  });
}

/** Known on Linux only; elsewhere it counts as alive. */
function isAlive(threadId: number | undefined): boolean {
  return threadId === undefined || existsSync(`/proc/self/task/${threadId}`);
}
