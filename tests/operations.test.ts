import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Connection,
  close,
  connect,
  type File,
  fsync,
  OperationError,
  open,
  read,
  receive,
  type Steps,
  send,
  sleep,
} from '../src/operations.ts';

const file = { handle: 'file' } as const satisfies File;
const connection = { handle: 'connection' } as const satisfies Connection;

describe('yield* of an operation', () => {
  test('yields the operation once, and gives what it is sent', () => {
    const steps = (function* () {
      const bytes = yield* read(file, Buffer.alloc(8), 0);
      return bytes * 2;
    })();
    expect(steps.next().value).toMatchObject({ kind: 'read', position: 0, offset: 0, length: 8 });
    expect(steps.next(21 as never)).toEqual({ done: true, value: 42 });
  });

  test('gives each result its type', () => {
    function* typed() {
      expectTypeOf(yield* open('a')).toEqualTypeOf<File>();
      expectTypeOf(yield* read(file, Buffer.alloc(1), 0)).toEqualTypeOf<number>();
      expectTypeOf(yield* connect('127.0.0.1', 1)).toEqualTypeOf<Connection>();
      expectTypeOf(yield* receive(connection, Buffer.alloc(1))).toEqualTypeOf<number>();
      expectTypeOf(yield* fsync(file)).toEqualTypeOf<void>();
      expectTypeOf(yield* close(file)).toEqualTypeOf<void>();
    }
    expect(typed).toBeTypeOf('function');
  });

  test('an error that is thrown in goes to the workload, which may catch it and go on', () => {
    const steps: Steps = (function* (): Steps<string | undefined> {
      try {
        yield* send(connection, Buffer.from('x'));
      } catch (error) {
        yield* sleep(5);
        return (error as OperationError).code;
      }
    })();
    steps.next();
    expect(steps.throw(new OperationError('send', 'EPIPE', 'there')).value).toMatchObject({
      kind: 'sleep',
      durationNs: 5,
    });
    expect(steps.next()).toEqual({ done: true, value: 'EPIPE' });
  });

  test('an error that is not caught ends the request', () => {
    const steps: Steps = (function* (): Steps<void> {
      yield* sleep(1);
    })();
    steps.next();
    const error = new Error('gone');
    expect(() => steps.throw(error)).toThrow(error);
    expect(steps.next().done).toBe(true);
  });

  test('one operation object can be asked for again, after a value and after an error', () => {
    const again = sleep(1);
    const steps: Steps = (function* (): Steps<void> {
      yield* again;
      try {
        yield* again;
      } catch {}
      yield* again;
    })();
    expect(steps.next().value).toBe(again);
    expect(steps.next().value).toBe(again);
    expect(steps.throw(new Error('no')).value).toBe(again);
    expect(steps.next().done).toBe(true);
  });
});

test('buffers default to their whole length, and a part is from offset to the end', () => {
  const buffer = Buffer.alloc(10);
  expect(send(connection, buffer)).toMatchObject({ offset: 0, length: 10 });
  expect(receive(connection, buffer, 4)).toMatchObject({ offset: 4, length: 6 });
  expect(read(file, buffer, 100, 2, 3)).toMatchObject({ position: 100, offset: 2, length: 3 });
});

test('an OperationError says what was tried, on what, and why not', () => {
  const cause = new Error('below');
  const error = new OperationError('connect', 'ECONNREFUSED', '127.0.0.1:9', cause);
  expect(error).toMatchObject({
    message: 'ECONNREFUSED: connect 127.0.0.1:9',
    code: 'ECONNREFUSED',
    operation: 'connect',
    target: '127.0.0.1:9',
    cause,
  });
});

test.each([Number.NaN, -1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 2 ** 31 * 1e6])(
  'a sleep of %d is none',
  (durationNs) => {
    expect(() => sleep(durationNs)).toThrow(RangeError);
  },
);

test('the longest sleep is the longest that a timer of Node can be set for', () => {
  expect(sleep((2 ** 31 - 1) * 1e6)).toMatchObject({ kind: 'sleep' });
});
