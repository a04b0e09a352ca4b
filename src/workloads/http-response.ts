/**
 * Reading HTTP responses as their bytes arrive: llhttp, the parser of Node itself, in the WebAssembly build
 * that undici ships.
 */
import { createRequire } from 'node:module';

// Not a public entry of undici, so package.json names undici's exact version.
const ENTRY = 'undici/lib/llhttp/llhttp_simd-wasm.js';
const TYPE_RESPONSE = 2;
const LANDING_BYTES = 64 * 1024;
/**
 * The results of `llhttp_execute`: all bytes were taken, a callback requested a pause, or the connection
 * changes its protocol.
 */
const OK = 0;
const PAUSED = 21;
const PAUSED_UPGRADE = 22;
const SWITCHING_PROTOCOLS = 101;

interface Llhttp {
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

/** Reads one response after another on a connection. */
export interface ResponseReader {
  /** Whether the last response left its connection open for another request. */
  readonly keepsAlive: boolean;
  /**
   * Takes bytes as they arrive; the status code once a response is complete, 0 until then.
   * @throws Error `EHTTP` if it is not HTTP, `EUNASKED` if anything follows the response.
   */
  take(bytes: Uint8Array, length: number): number;
  /**
   * The peer has closed: the status code of the response that ends with that, 0 if there is none or it is not
   * complete.
   */
  end(): number;
  /** Discards a partial response, for a new connection. */
  reset(): void;
  /** Frees the parser's memory; the reader must not be used afterwards. */
  free(): void;
}

interface Loaded {
  readonly exports: Llhttp;
  /** The parser's input buffer. */
  readonly landing: number;
  memory: Uint8Array;
}

let llhttp: Loaded | undefined;

export function createResponseReader(): ResponseReader {
  llhttp ??= load();
  const { exports } = llhttp;
  const parser = exports.llhttp_alloc(TYPE_RESPONSE);
  // To make a view takes as long as to copy it; most answers are as long as the last.
  let view: Uint8Array = new Uint8Array(0);
  let viewed = view;

  /** A message is complete: its status, and the parser ready for another. */
  function finish(): number {
    const status = exports.llhttp_get_status_code(parser);
    // Its answer holds only until the parser goes on.
    reader.keepsAlive = exports.llhttp_should_keep_alive(parser) === 1 && status !== SWITCHING_PROTOCOLS;
    exports.llhttp_reset(parser);
    return status;
  }

  const reader = {
    keepsAlive: true,
    take(bytes: Uint8Array, length: number): number {
      if (bytes !== viewed || length !== view.length) {
        view = new Uint8Array(bytes.buffer, bytes.byteOffset, length);
        viewed = bytes;
      }
      const landing = land(view);
      for (let from = 0; from < length; ) {
        const outcome = exports.llhttp_execute(parser, landing + from, length - from);
        if (outcome === OK) return 0;
        if (outcome !== PAUSED && outcome !== PAUSED_UPGRADE) throw notHttp(exports, parser);
        from = exports.llhttp_get_error_pos(parser) - landing;
        const status = finish();
        if (isInterim(status)) continue;
        if (from < length) throw unasked();
        return status;
      }
      return 0;
    },
    end(): number {
      const status = exports.llhttp_finish(parser) === PAUSED ? finish() : 0;
      exports.llhttp_reset(parser);
      reader.keepsAlive = false;
      return isInterim(status) ? 0 : status;
    },
    reset: () => exports.llhttp_reset(parser),
    free: () => exports.llhttp_free(parser),
  };
  return reader;
}

/** An interim response (RFC 9110, 15.2) is not the answer. */
const isInterim = (status: number): boolean => status < 200 && status !== SWITCHING_PROTOCOLS;

/** Bytes that no request asked for. */
export const unasked = (): Error =>
  Object.assign(new Error('the server sent bytes that no request asked for'), { code: 'EUNASKED' });

function notHttp(exports: Llhttp, parser: number): Error {
  const reason = textAt(exports.memory, exports.llhttp_get_error_reason(parser));
  exports.llhttp_reset(parser);
  return Object.assign(new Error(`not an HTTP response: ${reason}`), { code: 'EHTTP' });
}

/** Copies received bytes into the parser's input buffer. */
function land(bytes: Uint8Array): number {
  if (bytes.length > LANDING_BYTES) throw new RangeError(`at most ${LANDING_BYTES} bytes at once`);
  const loaded = llhttp as Loaded;
  // A memory that has grown is another one, and the view of the old one is empty.
  if (loaded.memory.length === 0) loaded.memory = landingOf(loaded.exports, loaded.landing);
  loaded.memory.set(bytes);
  return loaded.landing;
}

function load(): Loaded {
  const build = createRequire(import.meta.url)(ENTRY) as Uint8Array<ArrayBuffer>;
  const callbacks = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(CALLBACKS)));
  const { none, span, headers, pause } = callbacks.exports as Record<
    'none' | 'span' | 'headers' | 'pause',
    () => number
  >;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(build), {
    env: {
      wasm_on_message_begin: none,
      wasm_on_url: span,
      wasm_on_status: span,
      wasm_on_header_field: span,
      wasm_on_header_value: span,
      wasm_on_headers_complete: headers,
      wasm_on_body: span,
      // The parser stops there: the rest does not belong to this message.
      wasm_on_message_complete: pause,
    },
  });
  const library = instance.exports as unknown as Llhttp;
  const landing = library.malloc(LANDING_BYTES);
  return { exports: library, landing, memory: landingOf(library, landing) };
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

const landingOf = ({ memory }: Llhttp, landing: number): Uint8Array =>
  new Uint8Array(memory.buffer, landing, LANDING_BYTES);

function textAt(memory: WebAssembly.Memory, start: number): string {
  const bytes = new Uint8Array(memory.buffer, start);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
