/** How V8's compiling of a thread's code is watched. */
import process from 'node:process';
import v8 from 'node:v8';

/** How much code V8 has made in this thread, in bytes. A reading takes it some milliseconds. */
export const codeBytes = (): number => v8.getHeapCodeStatistics().code_and_metadata_size;

/** A burst of requests that warms code is not shorter than this, so that two readings lie in it. */
export const LEAST_WARMUP_NS = 200e6;
/** Fewer requests between two readings show nothing. */
export const REQUESTS_PER_READING = 100;

/** V8's own is 66 KiB: bytes of bytecode that a function runs through before it is looked at for optimizing (`node --v8-options`). */
const INTERRUPT_BUDGET_BYTES = 10_000;
/** The versions of V8 (Node 20 to 24) in which that has been tried. */
const TRIED = { from: 11, to: 13 };

/**
 * Has V8 optimize what runs often about seven times as early, in all threads of this process, where requests are rare: after their
 * burst they would stay half warm for minutes. Loads at full speed are not warm any sooner with it. V8 knows less of what it
 * optimizes early, and may have to do so again: `npm run validate -- quick` holds the figures against those after long warm-ups.
 */
export function optimizeEarly(): void {
  const version = Number.parseInt(process.versions.v8, 10);
  if (version >= TRIED.from && version <= TRIED.to) v8.setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET_BYTES}`);
}
