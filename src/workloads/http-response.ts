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
  memory: Buffer;
  /** How many bytes of the memory are one whole response, and its status; 0 if what is there is none. */
  wholeBytes: number;
  wholeStatus: number;
}

let llhttp: Loaded | undefined;
const begun = new Set<number>();
const completed = new Set<number>();

export function createResponseReader(): ResponseReader {
  llhttp ??= load();
  const loaded: Loaded = llhttp;
  const { exports, landing } = loaded;
  const parser = exports.llhttp_alloc(TYPE_RESPONSE);
  return {
    take(bytes, length) {
      if (length > LANDING_BYTES) throw new RangeError(`at most ${LANDING_BYTES} bytes at once`);
      // A memory that has grown is another one, and the view of the old one is empty.
      if (loaded.memory.length === 0) {
        loaded.memory = landingOf(exports, landing);
        loaded.wholeBytes = 0;
      }
      const isFirst = !begun.has(parser);
      // What is byte for byte the response that was read last, is what that one was.
      if (isFirst && length > 0 && length === loaded.wholeBytes && loaded.memory.compare(bytes, 0, length, 0, length) === 0)
        return loaded.wholeStatus;
      loaded.wholeBytes = 0;
      loaded.memory.set(length === bytes.length ? bytes : bytes.subarray(0, length));
      const problem = length === 0 ? exports.llhttp_finish(parser) : exports.llhttp_execute(parser, landing, length);
      if (problem !== 0) {
        const reason = textAt(exports.memory, exports.llhttp_get_error_reason(parser));
        exports.llhttp_reset(parser);
        begun.delete(parser);
        throw Object.assign(new Error(`not an HTTP response: ${reason}`), { code: 'EHTTP' });
      }
      if (!completed.delete(parser)) return 0;
      const status = exports.llhttp_get_status_code(parser);
      if (isFirst && !begun.has(parser)) Object.assign(loaded, { wholeBytes: length, wholeStatus: status });
      return status;
    },
  };
}

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
  return { exports: library, landing, memory: landingOf(library, landing), wholeBytes: 0, wholeStatus: 0 };
}

const landingOf = ({ memory }: Llhttp, landing: number): Buffer => Buffer.from(memory.buffer, landing, LANDING_BYTES);

function textAt(memory: WebAssembly.Memory, start: number): string {
  const bytes = new Uint8Array(memory.buffer, start);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
