/**
 * The CPU time of V8's own threads, which compile and collect garbage. Node starts them (`--v8-pool-size`,
 * four as a rule, and one that keeps delayed tasks) before any other; where threads have names, they are
 * known by those (proc(5), /proc/PID/task).
 */
import { readdirSync, readFileSync } from 'node:fs';

const TASKS = '/proc/self/task';
const NAME = /^(?:V8Worker|DelayedTaskSche)/;
const UNNAMED = 5;

/**
 * Has to be read before the process starts threads of its own; `undefined` where the system keeps no such
 * account.
 */
function v8Threads(): string[] | undefined {
  try {
    const [, ...others] = readdirSync(TASKS).sort((a, b) => Number(a) - Number(b));
    const named = others.filter((thread) => NAME.test(readFileSync(`${TASKS}/${thread}/comm`, 'utf8')));
    return named.length > 0 ? named : others.slice(0, UNNAMED);
  } catch {
    return undefined;
  }
}

/** Returns a function that reads how much CPU time V8's threads have used so far, in nanoseconds. */
export function watchV8Threads(): (() => number) | undefined {
  const threads = v8Threads();
  if (threads === undefined || threads.length === 0 || cpuTimeOf(threads) === undefined) return undefined;
  return () => cpuTimeOf(threads) ?? 0;
}

/** /proc/PID/task/TID/schedstat: the first number is the time on a CPU. */
function cpuTimeOf(threads: readonly string[]): number | undefined {
  try {
    return threads.reduce(
      (sum, thread) => sum + Number(readFileSync(`${TASKS}/${thread}/schedstat`, 'utf8').split(' ')[0]),
      0,
    );
  } catch {
    return undefined;
  }
}
