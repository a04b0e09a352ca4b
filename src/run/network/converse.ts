/** One process that answers questions of this one, one after another. */
import { UnsupportedError } from '../../operations.ts';
import type { Place } from '../placement.ts';
import { type Child, startChild } from '../processes/child.ts';

/** A question that is not answered by then will not be. */
const ANSWER_LIMIT_MS = 30_000;

/** A question was not answered in time. */
export class LateAnswer extends Error {}

export interface Conversation<Request, Answer> {
  readonly child: Child;
  /**
   * Sends a request, and waits for its answer.
   * @throws UnsupportedError if the system refuses it; LateAnswer if there is no answer in time; Error if it
   * fails, or the process ends.
   */
  ask<Kind extends string>(request: Request, kind: Kind): Promise<Extract<Answer, { readonly kind: Kind }>>;
}

export interface Conversed {
  readonly module: URL;
  /** What messages call it. */
  readonly called: string;
  readonly place: Place;
  /** Called with its output, as it arrives. */
  readonly output?: ((text: string) => void) | undefined;
}

interface Received {
  readonly kind: string;
  readonly pid?: number;
  readonly reason?: string;
  readonly isUnsupported?: boolean;
}

/** Starts it. */
export function converse<Request extends object, Answer>({
  module,
  called,
  place,
  output,
}: Conversed): Conversation<Request, Answer> {
  let answered: (answer: Received) => void = () => {};
  let isReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const child = startChild({
    module,
    place,
    output,
    received(message: Received) {
      if (message.kind !== 'ready') return answered(message);
      if (message.pid !== undefined) child.lead(message.pid);
      isReady();
    },
  });
  const ask = async (request: Request, kind: string): Promise<Received> => {
    let limit: NodeJS.Timeout | undefined;
    const answer = await new Promise<Received>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${called} ${why}`));
      answered = resolve;
      const late = new LateAnswer(`${called} did not answer within ${ANSWER_LIMIT_MS / 1000} s`);
      limit = setTimeout(reject, ANSWER_LIMIT_MS, late);
      void child.ended.then(({ how, lastWords }) =>
        fail(`ended (${how})${lastWords ? `: ${lastWords}` : ''}`),
      );
      void ready.then(() => child.send(request));
    }).finally(() => clearTimeout(limit));
    if (answer.kind === kind) return answer;
    if (answer.isUnsupported) throw new UnsupportedError(`${called} cannot be had here: ${answer.reason}`);
    throw new Error(`${called} failed: ${answer.reason ?? `it sent ${answer.kind}`}`);
  };
  return { child, ask: ask as Conversation<Request, Answer>['ask'] };
}
