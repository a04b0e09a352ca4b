/**
 * How evenly this machine runs, whatever is measured on it: the speed of a fixed piece of work, and of an
 * echo between two processes, in one short window after another. That spread is in every trial, and hides
 * smaller differences between models.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nowNs } from '../../load/clock.ts';
import type { MachineTiming } from '../../result.ts';
import { spreadOf } from '../../stats/resolution.ts';
import { within } from '../processes/within.ts';

const ECHO_MAIN = new URL('./pipe-echo.main.js', import.meta.url);
/** Both kinds together, with their warm-ups and the start of a process, stay below two seconds. */
const WINDOW_NS = 50e6;
const WINDOWS = 15;
/** The first are of cold code. */
const WARM_WINDOWS = 2;
const LIMIT_MS = 3_000;
const MESSAGE = Buffer.alloc(64, 'x');
/**
 * Hashing it takes some hundredths of a millisecond: a window has a thousand of them, and ends when the last
 * one does.
 */
const BLOCK = Buffer.alloc(32 * 1024, 'x');

/** Measures for less than two seconds. Where no other process can be asked, the echo is left out. */
export async function measureMachineTiming(): Promise<MachineTiming> {
  const child = spawn(process.execPath, [fileURLToPath(ECHO_MAIN)], { stdio: ['pipe', 'pipe', 'ignore'] });
  // Whoever cannot be started, or has ended, does not answer.
  for (const part of [child, child.stdin, child.stdout]) part.on('error', () => {});
  try {
    // It has started, and waits in its read(2), before anything is timed.
    const isThere = await within(LIMIT_MS, echoes(child, 0));
    const work = await workSpeeds();
    const echo = isThere === undefined ? undefined : await within(LIMIT_MS, echoSpeeds(child));
    return {
      windowNs: WINDOW_NS,
      windows: WINDOWS,
      workSpread: spreadOf(work),
      ...(echo === undefined ? {} : { echoSpread: spreadOf(echo) }),
    };
  } finally {
    child.kill('SIGKILL');
  }
}

/** Pieces of work a second, window by window. */
async function workSpeeds(): Promise<number[]> {
  const speeds: number[] = [];
  for (let window = 0; window < WARM_WINDOWS + WINDOWS; window++) {
    const startNs = nowNs();
    let pieces = 0;
    let passedNs = 0;
    for (; passedNs < WINDOW_NS; passedNs = nowNs() - startNs) {
      createHash('sha256').update(BLOCK).digest();
      pieces++;
    }
    speeds.push(pieces / passedNs);
    await turn();
  }
  return speeds.slice(WARM_WINDOWS);
}

async function echoSpeeds(child: ChildProcess): Promise<number[]> {
  const speeds: number[] = [];
  for (let window = 0; window < WARM_WINDOWS + WINDOWS; window++) speeds.push(await echoes(child, WINDOW_NS));
  return speeds.slice(WARM_WINDOWS);
}

/**
 * Sends a message and waits until all of it is back, again and again for this long, at least once; echoes a
 * nanosecond.
 */
function echoes({ stdin, stdout }: ChildProcess, forNs: number): Promise<number> {
  return new Promise((resolve) => {
    if (stdin === null || stdout === null) return;
    const startNs = nowNs();
    let echoed = 0;
    let missing = MESSAGE.length;
    const received = (bytes: Buffer) => {
      missing -= bytes.length;
      if (missing > 0) return;
      echoed++;
      missing = MESSAGE.length;
      const passedNs = nowNs() - startNs;
      if (passedNs < forNs) return void stdin.write(MESSAGE);
      stdout.off('data', received);
      resolve(echoed / passedNs);
    };
    stdout.on('data', received);
    stdin.write(MESSAGE);
  });
}
