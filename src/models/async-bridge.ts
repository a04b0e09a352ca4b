/**
 * A thread that stands still for an async function: a helper thread runs the function, and the thread that asked
 * sleeps in `Atomics.wait` (futex(2)) until it is done. An emulation, and labelled as one.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { TallyCounts } from '../workloads/tally.ts';
import type { Setting, Task } from './model.ts';

/** What the helper thread is given. It answers each message on `port` with one of its own, then sets and wakes `done`. */
export interface HelperData extends Pick<Setting, 'workload' | 'fixture' | 'seed'> {
  readonly port: MessagePort;
  readonly done: Int32Array;
}
/** The helper's answer: what went wrong, and what the request counted, if there is anything of that. */
export interface HelperAnswer {
  readonly errorCode?: string;
  readonly message?: string;
  readonly counted?: TallyCounts;
}

export async function startBridge(setting: Setting): Promise<{ serve(task: Task): void; stop(): Promise<void> }> {
  setting.note('emulated: the thread stands still in Atomics.wait while a helper thread runs the async function');
  const { port1: here, port2: there } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { workload, fixture, seed } = setting;
  const workerData: HelperData = { workload, fixture, seed, port: there, done };
  const helper = new Worker(new URL(setting.threadModules.helper), { workerData, transferList: [there] });
  const started = new Promise((resolve, reject) => helper.once('message', resolve).once('error', reject));
  await started;

  /** Stands still until the helper has answered. */
  function ask(what: 'request' | 'disconnect'): HelperAnswer {
    Atomics.store(done, 0, 0);
    here.postMessage(what);
    Atomics.wait(done, 0, 0);
    return receiveMessageOnPort(here)?.message as HelperAnswer;
  }
  return {
    serve(task) {
      task.begin();
      const { errorCode, message, counted } = ask('request');
      task.end(errorCode === undefined ? undefined : Object.assign(new Error(message), { code: errorCode }), counted);
    },
    async stop() {
      ask('disconnect');
      here.close();
      await helper.terminate();
    },
  };
}
