/**
 * The thread behind an alarm: blocks until the next wake-up is due, or until the alarm is set for another
 * time.
 */
import { workerData } from 'node:worker_threads';
import { askForShortTurns, wakeOnTime } from '../../engines/process.ts';
import { threadUsage } from '../../engines/thread-usage.ts';
import { nowNs } from '../../load/clock.ts';
import { type AlarmData, IS_OVER, SETTINGS, THREAD_ID } from './alarm.ts';

const { port, dueNs, words } = workerData as AlarmData;
words[THREAD_ID] = threadUsage()?.threadId ?? 0;
wakeOnTime();
askForShortTurns();
port.postMessage('ready');

for (let fired = 0; words[IS_OVER] === 0; ) {
  const setting = Atomics.load(words, SETTINGS);
  const waitMs = setting === fired ? Number.POSITIVE_INFINITY : ((dueNs[0] as number) - nowNs()) / 1e6;
  if (waitMs > 0 && Atomics.wait(words, SETTINGS, setting, waitMs) !== 'timed-out') continue;
  fired = setting;
  port.postMessage(setting);
}
