/** The peers of a workload, as the run sees them: started, asked for the CPU time they used, ended. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { UserError } from '../../errors.ts';
import type { AddressCounts } from '../../stats/address-counts.ts';
import { peers as ourPeers } from '../../workloads/peers/index.ts';
import type { PeerRequest } from '../../workloads/peers/peer.ts';
import type { PeerAddress } from '../../workloads/workload.ts';
import type { Place } from '../placement.ts';
import { type Child, type Ending, startChild } from './child.ts';
import type { StartedProgram } from './program.main.ts';
import { within } from './within.ts';

export interface PeerUsage {
  readonly name: string;
  readonly cpuNs: number;
  readonly wallNs: number;
  /** How many requests it got, of a peer that counts them. */
  readonly requests?: number;
  /** How many of them came from each address, of a peer that counts that. */
  readonly byAddress?: AddressCounts;
}

/** A workload starts a peer with this as its option `expected`. */
const expectedShare = z.object({
  share: z.number().check(z.minimum(0), z.maximum(1)),
  /** Each request is given to it by chance; otherwise in turns, and the share is exact. */
  isByChance: z.boolean(),
});
export type ExpectedShare = z.infer<typeof expectedShare>;

export interface Peer {
  readonly name: string;
  /** Of the process that serves, or that has started the program that does. */
  readonly pid: number | undefined;
  readonly address: PeerAddress;
  /** The share of all requests that it should get, where its workload knows that beforehand. */
  readonly expected?: ExpectedShare | undefined;
  /** Why it has ended, in words; `undefined` while it lives. */
  readonly ending: string | undefined;
  /**
   * CPU time and clock, as the peer itself reads them: as soon as it answers, which a stopped one does not;
   * `undefined` if it has ended.
   */
  usage(): Promise<PeerUsage | undefined>;
  stop(): Promise<void>;
}

/** A peer that runs in a process of iobench's, to which more can be done. */
export interface StartedPeer extends Peer {
  signal(name: NodeJS.Signals): void;
  /** Whether it can take another time for each request. */
  readonly canBeSlowed: boolean;
  /** From now on it takes this long for each request, if it can. */
  slow(serviceNs: number): void;
}

export interface PeerStart {
  readonly module: URL;
  /** What it is called in results; the module's own name if left out. */
  readonly name?: string;
  /** It stands in the place of what is measured, and is nobody's peer: messages call it by its name. */
  readonly isMeasured?: boolean;
  /** The how many-th of its kind it is, from 1 on. */
  readonly ordinal?: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
  readonly place?: Place | undefined;
  /** Called with its output on stderr. */
  readonly output?: ((text: string) => void) | undefined;
}

/** Loads a user's peer, which may be TypeScript, and may import `iobench`. */
const PEER_MAIN = new URL('./peer.main.js', import.meta.url);
/** Starts a program of the system. */
const PROGRAM_MAIN = new URL('./program.main.js', import.meta.url);
const START_LIMIT_MS = 10_000;
/** How long a program of the system may take to end in order. */
const LEAVE_LIMIT_MS = 2_000;

/** The messages of a peer. A user's peer may send others, which are ignored. */
const peerAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('listening'),
    host: z.optional(z.unknown()),
    port: z.optional(z.unknown()),
    canBeSlowed: z.optional(z.boolean()),
    pid: z.optional(z.unknown()),
  }),
  z.object({ kind: z.literal('refused'), reason: z.string() }),
  z.object({
    kind: z.literal('usage'),
    id: z.number(),
    cpuNs: z.number().check(z.nonnegative()),
    wallNs: z.number().check(z.nonnegative()),
    requests: z.optional(z.number().check(z.nonnegative())),
    byAddress: z.optional(z.record(z.string(), z.number().check(z.nonnegative()))),
  }),
]);
type PeerAnswer = z.infer<typeof peerAnswer>;

const peerAddress = z.object({
  host: z.string().check(z.minLength(1)),
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
});

/** What distinguishes it from others of its kind: its number, or its place among them. */
const placeOf = ({ number }: PeerStart['options'], ordinal: number): string =>
  typeof number === 'number' ? ` ${number}` : ordinal > 1 ? ` ${ordinal}` : '';

/**
 * Starts a peer and waits until it listens, or the signal aborts.
 * @throws UserError if it ends, refuses, or does not answer in time.
 */
export async function startPeer(start: PeerStart): Promise<StartedPeer> {
  const { module, options, signal, place, output, ordinal = 1 } = start;
  const isProgram = module.href === PROGRAM_MAIN.href;
  const isOurs = isProgram || Object.values(ourPeers).some(({ href }) => href === module.href);
  const file = path.basename(fileURLToPath(module)).replace(/(\.main)?\.[cm]?[jt]s$/, '');
  const name = start.name ?? (isOurs ? `${file}${placeOf(options, ordinal)} (node)` : file);
  const called = start.isMeasured ? name : `its peer ${name}`;
  const answers = createAnswers(name);
  const child = startChild({
    module: isOurs ? module : PEER_MAIN,
    words: isOurs ? [] : [module.href],
    place,
    ignoresOutput: true,
    output,
    received: answers.received,
  });
  let ending: string | undefined;
  void child.ended.then(({ how, lastWords }) => {
    ending = `${called} ended (${how})${because(answers.refusal ?? lastWords)}`;
    answers.end();
  });
  const stop = async () => {
    if (isProgram) {
      child.send({ kind: 'leave' } satisfies PeerRequest);
      await within(LEAVE_LIMIT_MS, child.ended);
    }
    child.kill();
    await child.ended;
  };
  try {
    child.send({ kind: 'start', options } satisfies PeerRequest);
    const listensAt = await listening(
      start.isMeasured ? name : `the peer ${name}`,
      answers.first,
      child.ended,
      signal,
    );
    const answer = await answers.first;
    if (answer.kind === 'listening' && typeof answer.pid === 'number') child.lead(answer.pid);
    return {
      name,
      get pid() {
        return child.pid;
      },
      address: listensAt,
      expected: expectedShare.safeParse(options.expected).data,
      get ending() {
        return ending;
      },
      usage: () => (ending === undefined ? answers.ask(child) : Promise.resolve(undefined)),
      signal: child.signal,
      canBeSlowed: answer.kind === 'listening' && !!answer.canBeSlowed,
      slow: (serviceNs) => child.send({ kind: 'slow', serviceNs } satisfies PeerRequest),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts a program of the system as a peer, in the same way. */
export const startProgram = (
  program: StartedProgram,
  options: Pick<PeerStart, 'signal' | 'place' | 'output' | 'isMeasured'>,
): Promise<Peer> =>
  startPeer({ module: PROGRAM_MAIN, name: program.name, options: { ...program }, ...options });

/** Its address, once it has reported that. */
function listening(
  called: string,
  first: Promise<PeerAnswer>,
  ended: Promise<Ending>,
  signal?: AbortSignal,
): Promise<PeerAddress> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string) => reject(new UserError(`${called} ${why}`, { exitCode: 3 }));
    const limit = setTimeout(
      () => refuse(`did not report within ${START_LIMIT_MS / 1000} s where it listens`),
      START_LIMIT_MS,
    );
    const giveUp = () => refuse('is not waited for any longer');
    if (signal?.aborted) giveUp();
    signal?.addEventListener('abort', giveUp);
    void first.then((answer) => {
      if (answer.kind === 'refused') return refuse(`cannot serve: ${answer.reason}`);
      const where = peerAddress.safeParse(answer);
      if (where.success) resolve(where.data);
      else
        refuse(
          answer.kind === 'listening'
            ? 'does not report where it listens: servePeer needs a host and a port'
            : 'sent an unexpected answer',
        );
    });
    void ended.then(({ how, lastWords }) => refuse(`ended before it listened (${how})${because(lastWords)}`));
    void Promise.race([first, ended]).then(() => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', giveUp);
    });
  });
}

const because = (why: string | undefined): string => (why ? `: ${why}` : '');

/** The answers of a peer: first its address, then its usage, each time it is requested. */
function createAnswers(name: string) {
  const asked = new Map<number, (usage: PeerUsage | undefined) => void>();
  let lastId = 0;
  let settleFirst: (answer: PeerAnswer) => void;
  const first = new Promise<PeerAnswer>((resolve) => {
    settleFirst = resolve;
  });
  let refusal: string | undefined;
  return {
    first,
    /** Why it serves no longer, if it has reported that. */
    get refusal() {
      return refusal;
    },
    received(message: unknown) {
      const { data } = peerAnswer.safeParse(message);
      if (data === undefined) return;
      settleFirst(data);
      if (data.kind === 'refused') refusal = data.reason;
      if (data.kind !== 'usage') return;
      const { cpuNs, wallNs, requests, byAddress } = data;
      asked.get(data.id)?.({
        ...{ name, cpuNs, wallNs },
        ...(requests === undefined ? {} : { requests }),
        ...(byAddress === undefined ? {} : { byAddress }),
      });
      asked.delete(data.id);
    },
    ask(child: Child): Promise<PeerUsage | undefined> {
      return new Promise((resolve) => {
        asked.set(++lastId, resolve);
        child.send({ kind: 'usage', id: lastId } satisfies PeerRequest);
      });
    },
    end() {
      for (const resolve of asked.values()) resolve(undefined);
      asked.clear();
    },
  };
}
