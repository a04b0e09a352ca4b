/**
 * Why something was not measured, or how it was: stored as a code with its values, and made a sentence where
 * it is shown. What comes from outside (a system's message, a name) is a value; the code that shows the
 * sentence escapes it for where it stands. Earlier versions stored sentences: those are shown as they are.
 */
import { formatDuration, plural } from './quantity.ts';

/** Why a model cannot look inside a function. */
const NOT_INSIDE = {
  callbacks: 'callbacks receive results of operations, and cannot look inside a function',
  kernel: 'the kernel performs operations, and not functions',
  reactor: 'a reactor performs operations, and cannot look inside a function',
  retry: 'only an operation can be tried again',
  signal: 'a signal is about a descriptor, and not about a function',
} as const;

/** One per code. */
const SENTENCES = {
  'written-as-function': ({ form, why }: { form: 'async' | 'blocking'; why: keyof typeof NOT_INSIDE }) =>
    `it is written as ${form === 'async' ? 'an async' : 'a blocking'} function: ${NOT_INSIDE[why] ?? why}`,
  'would-block-loop': () => 'a blocking function would block the loop that all promises need',
  'always-ready': () => 'there is no SIGIO for a regular file: it is always ready',
  'linux-only': ({ what, platform }: { what: string; platform: string }) =>
    `${what} exists on Linux only, and this is ${platform}`,
  'no-libc': ({ what, cause }: { what: string; cause: string }) =>
    `${what} needs the system's own calls, and ${cause}`,
  'no-libc-for-sockets': ({ cause }: { cause: string }) =>
    `blocking sockets need the system's own calls, and ${cause}`,
  'too-many-threads': ({ threads }: { threads: number }) =>
    `one thread per request would be ${threads} threads: give a fixed number with --threads`,
  'serves-another': ({ program, serves }: { program: string; serves: string }) =>
    `${program} is a server of its own, and stands in a model's place for ${serves} only`,
  'no-epoll-pwait2': () => 'the kernel has no epoll_pwait2 (it came with Linux 5.11)',
  'no-multishot': ({ operation, since, cause }: { operation: string; since: string; cause: string }) =>
    `the kernel does not ${operation} many times by one entry (that came with Linux ${since}): ${cause}`,
  'system-refuses': ({ message }: { message: string }) => `the system refuses it: ${message}`,
  emulated: () => 'emulated: the thread blocks in Atomics.wait while a helper thread runs the async function',
  'signals-coalesced': () => 'SIGIO coalesced: one signal stood for several completions',
  'clients-divided': ({ loops, model }: { loops: number; model: string }) =>
    `${loops} ${plural(loops, 'loop')}, ${model}: the clients are divided among them`,
  'killed-leaving': ({ limitNs }: { limitNs: number }) =>
    `the measured process did not end by itself within ${limitNs / 1e9} s after measuring, and was killed while it disconnected`,
  'peer-silent': ({ peer, limitNs }: { peer: string; limitNs: number }) =>
    `the peer ${peer} did not report within ${formatDuration(limitNs)} what CPU time it had used: it may have been stopped`,
  'other-client-failed': ({ program, why }: { program: string; why: string }) =>
    `${program} loaded the server, too, and has no figures: ${why}`,
  'other-client-connections': ({ program, why }: { program: string; why: string }) =>
    `the connections do not add up with those of ${program}, which loaded the server after the window: ${why}`,
} as const satisfies Readonly<Record<string, (values: never) => string>>;

type Sentences = typeof SENTENCES;
type Known = {
  readonly [Code in keyof Sentences]: {
    readonly code: Code;
    readonly values: Parameters<Sentences[Code]> extends [infer Values] ? Values : Record<never, never>;
  };
};
/** A code of the list above, with the values that its sentence has. */
export type Reason = Known[keyof Sentences];

/** As it is read back: of this version, or of another one. */
export interface StoredReason {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

export const REASON_CODES = Object.keys(SENTENCES) as readonly (keyof Sentences)[];

/** The sentence. A code of a newer version is shown with its values: nothing of it is lost. */
export function sentenceOf(reason: string | StoredReason): string {
  if (typeof reason === 'string') return reason;
  const { code, values } = reason;
  if (Object.hasOwn(SENTENCES, code))
    return (SENTENCES[code as keyof Sentences] as (values: StoredReason['values']) => string)(values);
  const shown = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return [code, ...shown].join(', ');
}
