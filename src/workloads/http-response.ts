/** Reading HTTP responses as their bytes arrive: llhttp, the parser of Node itself, in the WebAssembly build that undici ships. */
import { createRequire } from 'node:module';

// Not a public entry of undici, so package.json names undici's exact version.
const ENTRY = 'undici/lib/llhttp/llhttp_simd-wasm.js';
const TYPE_RESPONSE = 2;
const LANDING_BYTES = 64 * 1024;

interface Llhttp {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_reset(parser: number): void;
  llhttp_execute(parser: number, data: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_get_status_code(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_message_needs_eof(parser: number): number;
}

/** Reads one response after another on a connection. */
export interface ResponseReader {
  /**
   * Takes bytes as they arrive; the status code once a response is complete, 0 until then. No bytes means that the peer has closed.
   * @throws Error if it is not HTTP.
   */
  take(bytes: Uint8Array, length: number): number;
}

interface Loaded {
  readonly exports: Llhttp;
  /** Where the parser finds what has arrived. */
  readonly landing: number;
  memory: Uint8Array;
}

let llhttp: Loaded | undefined;
const begun = new Set<number>();
const completed = new Set<number>();

/** The response that was read last, if it came whole: what is byte for byte the same again is not parsed again. */
const lastBytes = new Uint8Array(LANDING_BYTES);
const lastWords = new Int32Array(lastBytes.buffer);
let lastLength = 0;
let lastStatus = 0;

export function createResponseReader(): ResponseReader {
  llhttp ??= load();
  const { exports } = llhttp;
  const parser = exports.llhttp_alloc(TYPE_RESPONSE);
  // No response has begun that has not ended.
  let isBetween = true;
  let seen = new Uint8Array(0) as Uint8Array;
  let words = wordsIn(seen);

  function parse(bytes: Uint8Array, length: number): number {
    const wasBetween = isBetween;
    const status = feed(parser, bytes, length);
    isBetween = !begun.has(parser);
    if (status > 0 && length > 0 && wasBetween && isBetween) remember(bytes, length, status);
    return status;
  }
  return {
    take(bytes, length) {
      if (bytes !== seen) {
        seen = bytes;
        words = wordsIn(bytes);
      }
      return isBetween && length === lastLength && isLast(words, bytes, length) ? lastStatus : parse(bytes, length);
    },
  };
}

/** Has the parser read what arrived: the status, once a response is complete. */
function feed(parser: number, bytes: Uint8Array, length: number): number {
  if (length > LANDING_BYTES) throw new RangeError(`at most ${LANDING_BYTES} bytes at once`);
  const loaded = llhttp as Loaded;
  const { exports, landing } = loaded;
  // A memory that has grown is another one, and the view of the old one is empty.
  if (loaded.memory.length === 0) loaded.memory = landingOf(exports, landing);
  loaded.memory.set(length === bytes.length ? bytes : bytes.subarray(0, length));
  const problem = length === 0 ? exports.llhttp_finish(parser) : exports.llhttp_execute(parser, landing, length);
  if (problem !== 0) {
    const reason = textAt(exports.memory, exports.llhttp_get_error_reason(parser));
    exports.llhttp_reset(parser);
    begun.delete(parser);
    throw Object.assign(new Error(`not an HTTP response: ${reason}`), { code: 'EHTTP' });
  }
  return completed.delete(parser) ? exports.llhttp_get_status_code(parser) : 0;
}

function remember(bytes: Uint8Array, length: number, status: number): void {
  lastBytes.set(bytes.subarray(0, length));
  lastLength = length;
  lastStatus = status;
}

/** By words and in place: between two system calls, what a call into the runtime touches is cold each time. */
function isLast(words: Int32Array, bytes: Uint8Array, length: number): boolean {
  const whole = length >> 2;
  if (length === 0 || words.length < whole) return false;
  for (let word = 0; word < whole; word++) if (words[word] !== lastWords[word]) return false;
  for (let byte = whole << 2; byte < length; byte++) if (bytes[byte] !== lastBytes[byte]) return false;
  return true;
}

/** The same memory by words; none of it where it does not begin at one. */
const wordsIn = ({ buffer, byteOffset, length }: Uint8Array): Int32Array =>
  byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 2) : new Int32Array(0);

function load(): Loaded {
  const build = createRequire(import.meta.url)(ENTRY) as Uint8Array<ArrayBuffer>;
  const ignored = () => 0;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(build), {
    env: {
      wasm_on_message_begin(parser: number) {
        begun.add(parser);
        return 0;
      },
      wasm_on_url: ignored,
      wasm_on_status: ignored,
      wasm_on_header_field: ignored,
      wasm_on_header_value: ignored,
      wasm_on_headers_complete: ignored,
      wasm_on_body: ignored,
      wasm_on_message_complete(parser: number) {
        begun.delete(parser);
        // An interim response (RFC 9110, 15.2) is not the answer.
        if (library.llhttp_get_status_code(parser) >= 200) completed.add(parser);
        return 0;
      },
    },
  });
  const library = instance.exports as unknown as Llhttp;
  const landing = library.malloc(LANDING_BYTES);
  return { exports: library, landing, memory: landingOf(library, landing) };
}

const landingOf = ({ memory }: Llhttp, landing: number): Uint8Array => new Uint8Array(memory.buffer, landing, LANDING_BYTES);

function textAt(memory: WebAssembly.Memory, start: number): string {
  const bytes = new Uint8Array(memory.buffer, start);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
