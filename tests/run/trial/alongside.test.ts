import { expect, test } from 'vitest';
import type { Task } from '../../../src/models/model.ts';
import type { Steps } from '../../../src/operations.ts';
import { alongside } from '../../../src/run/trial/alongside.ts';
import { serve, virtual } from './virtual.ts';

const steps = () => [][Symbol.iterator]() as unknown as Steps;

test('what lasts begins before the first request, once, and is in no figure', () => {
  const lasting = [steps(), steps()];
  const { requests, time, counts, inFlight } = virtual({ concurrency: 3, durationNs: 1e7 });
  const both = alongside(requests, lasting);
  expect(both.waitNs()).toBe(0);
  const begun: unknown[] = [];
  const withoutLasting = {
    *due(): Iterable<Task> {
      for (const task of both.due()) {
        const of = task.request();
        begun.push(of);
        if (!lasting.includes(of as Steps)) yield task;
      }
    },
    waitNs: both.waitNs,
    get over() {
      return both.over;
    },
  };
  serve(withoutLasting, time, 3, () => 1e5);
  expect(begun.slice(0, 2)).toEqual(lasting);
  expect(begun.filter((of) => lasting.includes(of as Steps))).toHaveLength(2);
  expect(counts.completed).toBeGreaterThan(200);
  expect(inFlight.count).toBe(0);
  expect(both).toMatchObject({ over: true, failure: undefined });
});

test('what fails, or ends, before the load does is the failure', () => {
  const tasksOf = () => {
    const both = alongside(virtual({ concurrency: 1 }).requests, [steps(), steps()]);
    const [first, second] = both.due();
    return { both, first: first as Task, second: second as Task };
  };
  const failed = tasksOf();
  const error = new Error('reset');
  failed.second.end(error);
  failed.first.end(new Error('later'));
  expect(failed.both.failure).toBe(error);
  const ended = tasksOf();
  ended.first.end();
  expect(ended.both.failure).toMatchObject({ message: 'it ended before the load' });
});
