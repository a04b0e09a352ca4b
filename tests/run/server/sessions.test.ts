import { describe, expect, test } from 'vitest';
import type { Task } from '../../../src/models/model.ts';
import { SessionCounts } from '../../../src/run/server/session-counts.ts';
import { Sessions } from '../../../src/run/server/sessions.ts';

function create(acceptors = 1) {
  const counts = new SessionCounts();
  const time = { nowNs: 1e9 };
  const failures: unknown[] = [];
  const leaves: (() => void)[] = [];
  const sessions = new Sessions({
    acceptors,
    counts,
    clock: () => time.nowNs,
    isElsewhere: false,
    begin(left) {
      leaves.push(left);
      return undefined;
    },
    failed: (error) => failures.push(error),
  });
  const due = (): Task[] => {
    const tasks = [...sessions.due()];
    for (const task of tasks) task.request();
    return tasks;
  };
  return { sessions, counts, time, failures, leaves, due };
}

describe('sessions', () => {
  test('one is due for each that may accept, and another as soon as one has', () => {
    const { due, leaves } = create(2);
    expect(due()).toHaveLength(2);
    expect(due()).toHaveLength(0);
    leaves[0]?.();
    // It leaves once, however often it reports that.
    leaves[0]?.();
    expect(due()).toHaveLength(1);
  });

  test('one that ends without having accepted is replaced, and its error is reported', () => {
    const { due, failures } = create();
    const [task] = due();
    task?.end(new Error('no files left'));
    expect(failures).toEqual([new Error('no files left')]);
    expect(due()).toHaveLength(1);
  });

  test('who waits for the next one is woken when one has accepted', () => {
    const { sessions, due, leaves } = create();
    let woken = 0;
    due();
    sessions.wakeWhenDue(() => woken++);
    leaves[0]?.();
    leaves[0]?.();
    expect(woken).toBe(1);
  });

  test('none is due once the server closes, and they are over when all have ended', () => {
    const { sessions, counts, due, failures } = create();
    const [task] = due();
    expect(sessions.waitNs()).toBe(Number.POSITIVE_INFINITY);
    counts.close();
    expect({ due: due(), over: sessions.over }).toEqual({ due: [], over: false });
    // Its accept was ended by the server: that is no failure.
    task?.end(new Error('EINVAL'));
    expect({ over: sessions.over, wait: sessions.waitNs(), failures }).toEqual({
      over: true,
      wait: 0,
      failures: [],
    });
  });

  test('the time from a wait to the next round is counted', () => {
    const { sessions, counts, time, due } = create();
    due();
    sessions.waitNs();
    time.nowNs += 5e6;
    due();
    time.nowNs += 7e6;
    due();
    expect(counts.waitedNs[0]).toBe(5e6);
  });
});
