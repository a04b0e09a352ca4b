/** One client of a workload: connects when its first request begins, and anew after one that failed. */
import type { Steps } from '../operations.ts';
import type { Random, Workload } from './workload.ts';

export interface Client {
  /** One request, in the workload's form: its steps, its promise, or nothing when it is done. */
  request(): unknown;
  /** What is left of the connection is not to be trusted: the next request connects anew. */
  discard(): void;
  /** Disconnects, in the workload's form; nothing if it is not connected. */
  disconnect(): unknown;
  readonly isConnected: boolean;
}

const NOT_CONNECTED = Symbol('not connected');

export function createClient(workload: Workload, fixture: unknown, random: Random): Client {
  const { connect, request, disconnect } = workload;
  let state: unknown = connect ? NOT_CONNECTED : fixture;
  let broken: unknown = NOT_CONNECTED;

  /** Closes what a failed request left, as well as that still can be. */
  function takeBroken(): unknown {
    const left = broken;
    broken = NOT_CONNECTED;
    return left;
  }
  const connectAndRequest = {
    *operations(): Steps {
      const left = takeBroken();
      if (left !== NOT_CONNECTED && disconnect) {
        try {
          yield* disconnect(left) as Steps;
        } catch {}
      }
      state = yield* connect?.(fixture) as Steps;
      return yield* request(state, random) as Steps;
    },
    async async() {
      const left = takeBroken();
      if (left !== NOT_CONNECTED && disconnect) await Promise.resolve(disconnect(left)).catch(() => {});
      state = await connect?.(fixture);
      return request(state, random);
    },
    blocking() {
      const left = takeBroken();
      try {
        if (left !== NOT_CONNECTED) disconnect?.(left);
      } catch {}
      state = connect?.(fixture);
      return request(state, random);
    },
  }[workload.form];

  return {
    request: () => (state === NOT_CONNECTED ? connectAndRequest() : request(state, random)),
    discard() {
      if (!connect) return;
      broken = state;
      state = NOT_CONNECTED;
    },
    disconnect() {
      const last = state;
      state = connect ? NOT_CONNECTED : fixture;
      return last === NOT_CONNECTED ? undefined : disconnect?.(last);
    },
    get isConnected() {
      return connect !== undefined && state !== NOT_CONNECTED;
    },
  };
}
