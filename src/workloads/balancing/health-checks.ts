/** Active health checks: each back end is asked at intervals, beside the requests, and judged by that. */
import { both, close, connect, receive, type Steps, send, sleep } from '../../operations.ts';
import { createResponseReader } from '../http-response.ts';
import { CHECK_HEADER } from '../peers/index.ts';
import type { PeerAddress } from '../workload.ts';
import type { SharedState } from './shared-state.ts';

export interface HealthChecks {
  readonly backEnds: readonly PeerAddress[];
  readonly state: Pick<SharedState, 'setDown'>;
  /** From one check to the next, and how long each may take. */
  readonly intervalNs: number;
  readonly path: string;
  /** This number of good checks in a row brings a back end back. */
  readonly rise: number;
  /** This number of bad checks in a row takes it out. */
  readonly fall: number;
  readonly clock: () => number;
}

const BUFFER_BYTES = 4096;

/** Steps that do not end, for each back end; together they are spread over the interval. */
export function healthChecks(checks: HealthChecks): Steps[] {
  return checks.backEnds.map((_, number) => checkForEver(number, checks));
}

function* checkForEver(number: number, checks: HealthChecks): Steps<void> {
  const { backEnds, intervalNs, path, state, clock } = checks;
  const backEnd = backEnds[number] as PeerAddress;
  const question = Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: ${backEnd.host}:${backEnd.port}\r\n${CHECK_HEADER}: 1\r\nConnection: close\r\n\r\n`,
  );
  const judge = judgedBy(checks);
  yield* sleep((intervalNs * number) / backEnds.length);
  for (;;) {
    const startNs = clock();
    const isUp = judge(yield* isGood(backEnd, question, intervalNs));
    state.setDown(number, !isUp, clock());
    yield* sleep(Math.max(0, intervalNs - (clock() - startNs)));
  }
}

/** Whether a back end is up, after each check of it: up at first, then what `rise` and `fall` make of it. */
export function judgedBy({ rise, fall }: Pick<HealthChecks, 'rise' | 'fall'>): (isGood: boolean) => boolean {
  let isUp = true;
  let against = 0;
  return (isGood) => {
    against = isGood === isUp ? 0 : against + 1;
    if (against < (isUp ? fall : rise)) return isUp;
    against = 0;
    isUp = isGood;
    return isUp;
  };
}

/** A status of 2xx or 3xx within the limit; whatever else happens is bad. */
function* isGood(backEnd: PeerAddress, question: Uint8Array, limitNs: number): Steps<boolean> {
  let outcome = false;
  // Whichever ends first ends the other: `both` closes what is left when one fails.
  function* asked(): Steps<never> {
    outcome = yield* answersWell(backEnd, question);
    throw new Error('it has answered');
  }
  function* limited(): Steps<never> {
    yield* sleep(limitNs);
    throw new Error('its time is over');
  }
  try {
    yield* both(asked(), limited());
  } catch {
    // It has ended in one way or another.
  }
  return outcome;
}

function* answersWell({ host, port }: PeerAddress, question: Uint8Array): Steps<boolean> {
  const connection = yield* connect(host, port);
  const reader = createResponseReader();
  const buffer = Buffer.alloc(BUFFER_BYTES);
  try {
    yield* send(connection, question);
    for (let received = 0; ; ) {
      const bytes = yield* receive(connection, buffer);
      const status = bytes > 0 ? reader.take(buffer, bytes) : received > 0 ? reader.end() : 0;
      if (status !== 0) return status >= 200 && status < 400;
      if (bytes === 0) return false;
      received += bytes;
    }
  } finally {
    reader.free();
    yield* close(connection);
  }
}
