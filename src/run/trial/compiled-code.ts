/** Watches how V8 compiles a thread's code. */
import process from 'node:process';
import v8 from 'node:v8';

/** The size of the code that V8 has compiled in this thread, in bytes. A reading takes some milliseconds. */
export const codeBytes = (): number => v8.getHeapCodeStatistics().code_and_metadata_size;

/** A burst of requests that warms code is not shorter than this, so that two readings lie in it. */
export const LEAST_WARMUP_NS = 200e6;
/** With fewer requests between two readings, an unchanged size proves nothing. */
export const REQUESTS_PER_READING = 100;
/**
 * How often a load is rehearsed before code is warmed: the first time settles which kinds of numbers each
 * field holds, the others meet the objects as they stay.
 */
export const REHEARSALS = 3;

/**
 * V8's own is 66 KiB: bytes of bytecode that a function runs before V8 considers to optimize it (`node
 * --v8-options`).
 */
const INTERRUPT_BUDGET_BYTES = 10_000;
/** The versions of V8 (Node 20 to 24) in which that has been tried. */
const TRIED = { from: 11, to: 13 };

/**
 * Makes V8 optimize hot code about seven times as early, in all threads of this process, if requests are
 * rare: after their burst they would stay half warm for minutes. Loads at full speed do not become warm any
 * sooner by it. V8 knows less about code that it optimizes early, and may have to repeat it: `npm run
 * validate -- quick` compares the figures with those after long warm-ups.
 */
export function optimizeEarly(): void {
  const version = Number.parseInt(process.versions.v8, 10);
  if (version >= TRIED.from && version <= TRIED.to)
    v8.setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET_BYTES}`);
}

/**
 * Makes V8 remember the values and objects that code meets from its first call on, in all threads of this
 * process: by itself it begins after some calls (`--lazy-feedback-allocation`), and what a short rehearsal
 * showed it would be forgotten.
 */
export function learnFromFirstCall(): void {
  v8.setFlagsFromString('--no-lazy-feedback-allocation');
}
