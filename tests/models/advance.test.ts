import { describe, expect, test } from 'vitest';
import { type Engine, PENDING } from '../../src/engines/engine.ts';
import { advance, retry, start } from '../../src/models/advance.ts';
import type { Task } from '../../src/models/model.ts';
import { compute, OperationError, type Steps, sleep } from '../../src/operations.ts';

/** A task that writes down what happens to it. */
function taskOf(request: () => Steps) {
  const happened: unknown[] = [];
  const task: Task = {
    begin: () => void happened.push('begin'),
    request,
    submitted: () => {},
    end: (error) => void happened.push(error === undefined ? 'end' : ['end', error]),
    ended: () => {},
    steps: undefined,
    operation: undefined,
  };
  return { task, happened };
}

/** `sleep` answers with what the test says; `compute` is pending. */
function engineOf(answer: () => unknown): Engine {
  return { sleep: answer, compute: () => PENDING } as unknown as Engine;
}

describe('advance', () => {
  test('takes a request to its end where nothing waits', () => {
    const results: unknown[] = [];
    const { task, happened } = taskOf(function* (): Steps<void> {
      results.push(yield sleep(1), yield sleep(2));
    });
    let answer = 0;
    start(
      task,
      engineOf(() => ++answer),
    );
    expect(results).toEqual([1, 2]);
    expect(happened).toEqual(['begin', 'end']);
  });

  test('a request without any operation ends at once', () => {
    const { task, happened } = taskOf(function* (): Steps<void> {});
    start(
      task,
      engineOf(() => undefined),
    );
    expect(happened).toEqual(['begin', 'end']);
  });

  test('stops where an operation is pending, and goes on with its value', () => {
    let got: unknown;
    const { task, happened } = taskOf(function* (): Steps<void> {
      got = yield compute(1);
    });
    const engine = engineOf(() => undefined);
    start(task, engine);
    expect(happened).toEqual(['begin']);
    expect(task.operation).toMatchObject({ kind: 'compute' });
    advance(task, engine, null, 'the value');
    expect(got).toBe('the value');
    expect(happened).toEqual(['begin', 'end']);
  });

  test('an error goes into the workload, which may catch it and go on, even into another wait', () => {
    const caught: unknown[] = [];
    const { task, happened } = taskOf(function* (): Steps<void> {
      try {
        yield sleep(1);
      } catch (error) {
        caught.push(error);
      }
      try {
        yield compute(1);
      } catch (error) {
        caught.push(error);
      }
    });
    const [thrown, told] = [
      new OperationError('sleep', 'EIO', 'a'),
      new OperationError('compute', 'EPIPE', 'b'),
    ];
    const engine = engineOf(() => {
      throw thrown;
    });
    start(task, engine);
    expect(happened).toEqual(['begin']);
    advance(task, engine, told);
    expect(caught).toEqual([thrown, told]);
    expect(happened).toEqual(['begin', 'end']);
  });

  test('after a caught error the next operation performs, and is not taken for the error again', () => {
    let failing = true;
    let value: unknown;
    const { task, happened } = taskOf(function* (): Steps<void> {
      try {
        yield sleep(1);
      } catch {}
      value = yield sleep(2);
    });
    start(
      task,
      engineOf(() => {
        if (!failing) return 'fine';
        failing = false;
        throw new Error('once');
      }),
    );
    expect(value).toBe('fine');
    expect(happened).toEqual(['begin', 'end']);
  });

  test.each(['a wait', 'no wait'])(
    'an error that is not caught ends the request with it, after %s',
    (when) => {
      const { task, happened } = taskOf(function* (): Steps<void> {
        yield when === 'a wait' ? compute(1) : sleep(1);
      });
      const error = new OperationError('sleep', 'EIO', 'a');
      const engine = engineOf(() => {
        throw error;
      });
      start(task, engine);
      if (when === 'a wait') advance(task, engine, error);
      expect(happened).toEqual(['begin', ['end', error]]);
    },
  );

  test('what the workload itself throws ends the request, also where it is no error', () => {
    const { task, happened } = taskOf(function* (): Steps<void> {
      yield sleep(1);
      throw undefined;
    });
    start(
      task,
      engineOf(() => undefined),
    );
    expect(happened).toEqual(['begin', ['end', expect.any(Error)]]);
  });

  test('cleans up: a finally of the workload runs before the end', () => {
    const order: string[] = [];
    const { task } = taskOf(function* (): Steps<void> {
      try {
        yield compute(1);
      } finally {
        order.push('finally');
      }
    });
    task.end = () => void order.push('end');
    const engine = engineOf(() => undefined);
    start(task, engine);
    advance(task, engine, new Error('no'));
    expect(order).toEqual(['finally', 'end']);
  });
});

describe('retry', () => {
  test('performs the operation that waited, now that it is ready', () => {
    let isReady = false;
    const engine = {
      receive: () => (isReady ? 5 : PENDING),
      sleep: () => (isReady ? 5 : PENDING),
    } as unknown as Engine;
    let got: unknown;
    const { task, happened } = taskOf(function* (): Steps<void> {
      got = yield sleep(1);
    });
    start(task, engine);
    retry(task, engine);
    expect(happened).toEqual(['begin']);
    isReady = true;
    retry(task, engine);
    expect(got).toBe(5);
    expect(happened).toEqual(['begin', 'end']);
  });

  test('gives the request the error of the second try', () => {
    let tries = 0;
    const error = new OperationError('receive', 'ECONNRESET', 'a');
    const engine = engineOf(() => {
      if (tries++ === 0) return PENDING;
      throw error;
    });
    const { task, happened } = taskOf(function* (): Steps<void> {
      yield sleep(1);
    });
    start(task, engine);
    retry(task, engine);
    expect(happened).toEqual(['begin', ['end', error]]);
  });
});
