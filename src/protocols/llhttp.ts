/** llhttp, the HTTP parser of Node itself, in the WebAssembly build that undici ships. */
import { createRequire } from 'node:module';

// Not a public entry of undici, so package.json names undici's exact version.
const ENTRY = 'undici/lib/llhttp/llhttp_simd-wasm.js';
const LANDING_BYTES = 64 * 1024;
/**
 * The results of `llhttp_execute`: all bytes were taken, a callback requested a pause, or the connection
 * changes its protocol.
 */
export const OK = 0;
export const PAUSED = 21;
export const PAUSED_UPGRADE = 22;

interface Exports {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_reset(parser: number): void;
  llhttp_execute(parser: number, data: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_should_keep_alive(parser: number): number;
  llhttp_get_status_code(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_get_error_pos(parser: number): number;
}

/** One instance of the library, with a memory and an input buffer of its own. */
export interface Llhttp {
  readonly exports: Exports;
  /**
   * Copies bytes into the input buffer; returns their address there. @throws RangeError for more than 64
   * KiB.
   */
  land(bytes: Uint8Array): number;
  /** The bytes at an address of the library's memory. */
  at(address: number, length: number): Uint8Array;
}

/** What is called while a message is parsed, besides what every instance does. */
export interface Callbacks {
  messageBegin?(): number;
  /** Of the request's target. */
  url?: Span;
  headerField?: Span;
  headerValue?: Span;
  headersComplete?(): number;
  body?: Span;
}

/** A piece of a message: its address in the library's memory, and its length. The result is `OK`. */
type Span = (parser: number, address: number, length: number) => number;

/**
 * A new instance. A call into JavaScript for each header would take longer than to parse it: give callbacks
 * sparingly.
 */
export function loadLlhttp(called: Callbacks = {}): Llhttp {
  const build = createRequire(import.meta.url)(ENTRY) as Uint8Array<ArrayBuffer>;
  const callbacks = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(CALLBACKS)));
  const { none, span, headers, pause } = callbacks.exports as Record<
    'none' | 'span' | 'headers' | 'pause',
    () => number
  >;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(build), {
    env: {
      wasm_on_message_begin: called.messageBegin ?? none,
      wasm_on_url: called.url ?? span,
      wasm_on_status: span,
      wasm_on_header_field: called.headerField ?? span,
      wasm_on_header_value: called.headerValue ?? span,
      wasm_on_headers_complete: called.headersComplete ?? headers,
      wasm_on_body: called.body ?? span,
      // The parser stops there: the rest does not belong to this message.
      wasm_on_message_complete: pause,
    },
  });
  const exports = instance.exports as unknown as Exports;
  const landing = exports.malloc(LANDING_BYTES);
  const landingOf = () => new Uint8Array(exports.memory.buffer, landing, LANDING_BYTES);
  let memory = landingOf();
  return {
    exports,
    land(bytes) {
      if (bytes.length > LANDING_BYTES) throw new RangeError(`at most ${LANDING_BYTES} bytes at once`);
      // A memory that has grown is another one, and the view of the old one is empty.
      if (memory.length === 0) memory = landingOf();
      memory.set(bytes);
      return landing;
    },
    at: (address, length) => new Uint8Array(exports.memory.buffer, address, length),
  };
}

/**
 * A view of the first bytes of a buffer. To make one takes as long as to copy it; most pieces are as long as
 * the last.
 */
export function createView(): (bytes: Uint8Array, length: number) => Uint8Array {
  let view: Uint8Array = new Uint8Array(0);
  let viewed = view;
  return (bytes, length) => {
    if (bytes !== viewed || length !== view.length) {
      view = new Uint8Array(bytes.buffer, bytes.byteOffset, length);
      viewed = bytes;
    }
    return view;
  };
}

/** The parser's error, with the code `EHTTP`; the parser can be used again. */
export function notHttp({ exports }: Llhttp, parser: number, what: 'request' | 'response'): Error {
  const reason = textAt(exports.memory, exports.llhttp_get_error_reason(parser));
  exports.llhttp_reset(parser);
  return Object.assign(new Error(`not an HTTP ${what}: ${reason}`), { code: 'EHTTP' });
}

/**
 * The parser's callbacks, as a WebAssembly module: no header is needed, and a call into JavaScript for each
 * would take longer than to parse it.
 */
const CALLBACKS: readonly number[] = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  // Types: functions of one, three and four i32 with an i32 as their result.
  ...[
    0x01, 0x15, 0x03, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 4, 0x7f, 0x7f, 0x7f,
    0x7f, 1, 0x7f,
  ],
  // Four functions, by their types; and their names.
  ...[0x03, 0x05, 0x04, 0, 1, 2, 0],
  ...[
    0x07,
    0x21,
    0x04,
    ...exported('none', 0),
    ...exported('span', 1),
    ...exported('headers', 2),
    ...exported('pause', 3),
  ],
  // Their code: `i32.const`, the result, `end`.
  ...[0x0a, 0x15, 0x04, ...[OK, OK, OK, PAUSED].flatMap((answer) => [0x04, 0x00, 0x41, answer, 0x0b])],
];

function exported(name: string, index: number): number[] {
  return [name.length, ...Buffer.from(name), 0x00, index];
}

function textAt(memory: WebAssembly.Memory, start: number): string {
  const bytes = new Uint8Array(memory.buffer, start);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
