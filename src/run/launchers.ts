/**
 * Launchers: commands that start the processes of a run, each of which gets the command of a process as its
 * last words, like nice(1) and `ip netns exec`. They are words, and no shell reads them.
 */
import { join, split } from 'shlex';
import { UserError } from '../errors.ts';
import type { Launchers } from '../result.ts';
import { withoutCredentials } from '../workloads/credentials.ts';
import type { Role } from './placement.ts';
import { type Ending, startChild } from './processes/child.ts';
import { within } from './processes/within.ts';

/** The option that has the launcher of each part that processes play. */
export const LAUNCHERS = {
  measured: '--launcher-measured',
  peers: '--launcher-peers',
  generators: '--launcher-generators',
} as const satisfies Record<Role, string>;

/** What a launcher is tried with. */
const LAUNCHED_MAIN = new URL('./processes/launched.main.js', import.meta.url);
const START_LIMIT_MS = 10_000;
const EXAMPLE = 'a launcher is a command that runs the words after its own, like nice -n 5';

/** Splits it into words, as a shell does with quotes and backslashes. @throws UserError if there are none. */
export function parseLauncher(flag: string, written: string): string[] {
  const wrong = (why: string) =>
    new UserError(`${flag} ${withoutCredentials(JSON.stringify(written))}: ${why}`, { hint: EXAMPLE });
  let words: string[];
  try {
    words = split(written);
  } catch {
    throw wrong('a quote is not closed, or nothing follows the last backslash');
  }
  if (!words[0]) throw wrong('there is no command');
  return words;
}

/**
 * Starts a process by each launcher, before anything is measured.
 * @throws UserError with a sentence if one does not start it, or if the process could not report, or not be
 * ended.
 */
export async function requireLaunchers(launchers: Launchers = {}): Promise<void> {
  for (const [role, flag] of Object.entries(LAUNCHERS)) {
    const launcher = launchers[role as Role];
    const problem = launcher && (await problemOf(launcher));
    if (problem !== undefined)
      throw new UserError(withoutCredentials(`${flag} ${join(launcher ?? [])}: ${problem}`), {
        hint: EXAMPLE,
      });
  }
}

/** Why processes cannot be started by it; `undefined` if they can. */
async function problemOf(launcher: readonly string[]): Promise<string | undefined> {
  let reported: (pid: number) => void = () => {};
  const pid = new Promise<number>((resolve) => {
    reported = resolve;
  });
  const child = startChild({
    module: LAUNCHED_MAIN,
    place: { launcher },
    received: (message) => reported(Number((message as { pid?: unknown }).pid)),
  });
  const outcome = await within(START_LIMIT_MS, Promise.race([pid, child.ended]));
  if (typeof outcome === 'number') child.lead(outcome);
  const isKnown = child.pid === outcome;
  child.kill();
  await child.ended;
  if (typeof outcome === 'object') return whyItEnded(outcome);
  if (outcome === undefined) return `it did not start a process within ${START_LIMIT_MS / 1000} s`;
  return isKnown ? undefined : 'processes have other numbers under it, so that they cannot be read or ended';
}

function whyItEnded({ how, code, lastWords }: Ending): string {
  const why = lastWords ? `: ${lastWords}` : '';
  return code === 0
    ? `what it starts does not get the environment and the open files that it was given itself${why}`
    : `it did not start a process (${how})${why}`;
}
