/** A stream whose peer is written down: it receives what it is given, piece by piece, and then its end. */

import type { Steps } from '../../src/operations.ts';
import type { Stream } from '../../src/protocols/stream.ts';

export interface ScriptedStream extends Stream {
  readonly sent: Buffer[];
  readonly isClosed: boolean;
  /** What arrives next. A piece may depend on what was sent. */
  arrives(...pieces: (Uint8Array | string | (() => Uint8Array | string))[]): void;
  /** What arrives next, but not before something was sent. */
  answers(...pieces: string[]): void;
}

export function scriptedStream(): ScriptedStream {
  const pieces: (Uint8Array | string | (() => Uint8Array | string))[] = [];
  let answers: string[] = [];
  const sent: Buffer[] = [];
  let isClosed = false;
  return {
    sent,
    get isClosed() {
      return isClosed;
    },
    arrives: (...more) => void pieces.push(...more),
    answers: (...more) => void answers.push(...more),
    send: (bytes) =>
      done(() => {
        sent.push(Buffer.from(bytes));
        pieces.push(...answers);
        answers = [];
      }),
    receive: () =>
      done(() => {
        const piece = pieces.shift() ?? '';
        return Buffer.from((typeof piece === 'function' ? piece() : piece) as string);
      }),
    peek: () => done(() => (pieces.length > 0 ? 'bytes' : 'nothing')),
    close: () =>
      done(() => {
        isClosed = true;
      }),
  };
}

// biome-ignore lint/correctness/useYield: it is done without an operation
function* done<Result>(act: () => Result): Steps<Result> {
  return act();
}

/** The result of steps that perform no operation of their own. */
export function resultOf<Result>(steps: Steps<Result>): Result {
  const step = steps.next();
  if (!step.done) throw new Error(`it performs ${step.value.kind}`);
  return step.value;
}
