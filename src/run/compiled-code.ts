/** How V8's compiling of a thread's code is watched. */
import v8 from 'node:v8';

/** How much code V8 has made in this thread, in bytes. A reading takes it some milliseconds. */
export const codeBytes = (): number => v8.getHeapCodeStatistics().code_and_metadata_size;

/** A burst of requests that warms code is not shorter than this, so that two readings lie in it. */
export const LEAST_WARMUP_NS = 200e6;
/** Fewer requests between two readings show nothing. */
export const REQUESTS_PER_READING = 100;
