import { readFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { expect, test } from 'vitest';
import { askForShortTurns } from '../../src/engines/process.ts';
import { threadUsage } from '../../src/engines/thread-usage.ts';

const [major = 0, minor = 0] = os.release().split('.').map(Number);
const isTaken = os.platform() === 'linux' && (major > 6 || (major === 6 && minor >= 12));

/** How long a turn of this thread is, as the kernel reports it; `undefined` where it does not. */
function turnNs(): number | undefined {
  try {
    const report = readFileSync(`/proc/self/task/${threadUsage()?.threadId}/sched`, 'utf8');
    const found = /^se\.slice\s*:\s*(\d+)/m.exec(report)?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

test('short turns are asked for, and nothing else of how the thread is scheduled changes', (context) => {
  const before = turnNs();
  if (before === undefined)
    context.skip('the kernel does not report how long a turn is (/proc/PID/task/TID/sched)');
  const priority = os.getPriority(process.pid);
  askForShortTurns();
  expect(turnNs()).toBe(isTaken ? 100_000 : before);
  expect(os.getPriority(process.pid)).toBe(priority);
});
