/**
 * The CPU time of V8's own threads, which compile and collect garbage. Node starts them (`--v8-pool-size`,
 * four as a rule, and one that keeps delayed tasks) before any other; where threads have names, they are
 * known by those (proc(5), /proc/PID/task).
 */
import { readdirSync, readFileSync } from 'node:fs';

const NAME = /^(?:V8Worker|DelayedTaskSche)/;
const UNNAMED = 5;

/** `undefined` where the system keeps no such account. */
function v8Threads(tasks: string): string[] | undefined {
  try {
    const [, ...others] = readdirSync(tasks).sort((a, b) => Number(a) - Number(b));
    const named = others.filter((thread) => NAME.test(readFileSync(`${tasks}/${thread}/comm`, 'utf8')));
    return (named.length > 0 ? named : others.slice(0, UNNAMED)).map((thread) => `${tasks}/${thread}`);
  } catch {
    return undefined;
  }
}

/**
 * Returns a function that reads how much CPU time V8's threads have used so far, in nanoseconds: those of
 * this process, and of another one of Node, by its number. `undefined` where that is not known.
 */
export function watchV8Threads(other?: number): (() => number) | undefined {
  const own = v8Threads('/proc/self/task');
  const others = other === undefined ? undefined : v8Threads(`/proc/${other}/task`);
  if (own === undefined) return undefined;
  const threads = [...own, ...(others ?? [])];
  if (threads.length === 0 || cpuTimeOf(threads) === undefined) return undefined;
  return () => cpuTimeOf(threads) ?? 0;
}

/** /proc/PID/task/TID/schedstat: the first number is the time on a CPU. */
function cpuTimeOf(threads: readonly string[]): number | undefined {
  try {
    return threads.reduce(
      (sum, thread) => sum + Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]),
      0,
    );
  } catch {
    return undefined;
  }
}
