import { describe, expect, test } from 'vitest';
import type { Connection, Listener, Steps } from '../../../src/operations.ts';
import { receive } from '../../../src/operations.ts';
import { session } from '../../../src/run/server/session.ts';
import { SessionCounts } from '../../../src/run/server/session-counts.ts';

const CONNECTION = { handle: 'connection' } as Connection;

/** Performs the steps of a session by what `answers` say of each kind of operation; returns the kinds, in order. */
function perform(steps: Steps, answers: Record<string, () => unknown>): { kinds: string[]; error: unknown } {
  const kinds: string[] = [];
  try {
    let step = steps.next();
    while (!step.done) {
      kinds.push(step.value.kind);
      let answer: unknown;
      try {
        answer = answers[step.value.kind]?.();
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(answer as never);
    }
    return { kinds, error: undefined };
  } catch (error) {
    return { kinds, error };
  }
}
const fail = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

function create() {
  const counts = new SessionCounts();
  let left = 0;
  const steps = session({
    random: () => 0,
    listener: {} as Listener,
    *serve(connection) {
      yield* receive(connection, Buffer.alloc(1));
    },
    fixture: undefined,
    counts,
    left: () => left++,
  });
  return { counts, steps, left: () => left };
}

describe('a session', () => {
  test('accepts, serves and closes', () => {
    const { counts, steps, left } = create();
    expect(perform(steps, { accept: () => CONNECTION, receive: () => 0 })).toEqual({
      kinds: ['accept', 'receive', 'close'],
      error: undefined,
    });
    expect({ ...counts.read(), left: left() }).toEqual({
      accepted: 1,
      served: 1,
      failed: 0,
      open: 0,
      refused: 0,
      left: 1,
    });
  });

  test('whose serve throws closes its connection, and is counted as failed', () => {
    const { counts, steps } = create();
    const { kinds, error } = perform(steps, { accept: () => CONNECTION, receive: fail('ECONNRESET') });
    expect(kinds).toEqual(['accept', 'receive', 'close']);
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(counts.read()).toMatchObject({ accepted: 1, served: 0, failed: 1, open: 0 });
  });

  test('whose connection cannot be closed was served', () => {
    const { counts, steps } = create();
    const answers = { accept: () => CONNECTION, receive: () => 0, close: fail('ECONNRESET') };
    expect(perform(steps, answers).error).toBeUndefined();
    expect(counts.read()).toMatchObject({ served: 1, failed: 0 });
  });

  test('that cannot accept waits a little, so that those who serve have the CPU', () => {
    const { counts, steps, left } = create();
    const { kinds, error } = perform(steps, { accept: fail('EMFILE') });
    expect(kinds).toEqual(['accept', 'sleep']);
    expect(error).toMatchObject({ code: 'EMFILE' });
    expect({ ...counts.read(), left: left() }).toMatchObject({ accepted: 0, refused: 1, left: 1 });
  });

  test('whose accept is ended with the server is not counted', () => {
    const { counts, steps } = create();
    counts.close();
    expect(perform(steps, { accept: fail('EINVAL') }).kinds).toEqual(['accept']);
    expect(counts.read()).toMatchObject({ accepted: 0, refused: 0 });
  });
});
