/** Reading HTTP requests as their bytes arrive, for servers. */
import {
  createView,
  type Llhttp,
  loadLlhttp,
  notHttp,
  OK,
  PAUSED,
  PAUSED_UPGRADE,
} from '../protocols/llhttp.ts';

const TYPE_REQUEST = 1;
/** As much as Apache and nginx take by default for a head, and more. */
const MOST_HEAD_BYTES = 64 * 1024;

/** Reads one request after another on a connection. */
export interface RequestReader {
  /** The target of the request that is complete: `/path?query`. */
  readonly target: string;
  /** Whether the client wants to send another request on this connection. */
  readonly keepsAlive: boolean;
  /**
   * Takes bytes as they arrive, from `offset` on, up to the end of the first request that is complete with
   * them. Returns where the next request begins; -1 if more bytes are needed.
   * @throws Error `EHTTP` if it is not HTTP, `EHEAD` if its head is longer than 64 KiB.
   */
  take(bytes: Uint8Array, length: number, offset: number): number;
  /** Frees the parser's memory; the reader must not be used afterwards. */
  free(): void;
}

let library: Llhttp | undefined;
/** The reader whose bytes are being parsed. */
let current: { target: string; hasHead: boolean };

const load = (): Llhttp =>
  loadLlhttp({
    url(_parser, address, length) {
      const piece = (library as Llhttp).at(address, length);
      current.target += Buffer.from(piece.buffer, piece.byteOffset, length).toString('latin1');
      return OK;
    },
    headersComplete() {
      current.hasHead = true;
      return OK;
    },
  });

export function createRequestReader(): RequestReader {
  library ??= load();
  const { exports, land } = library;
  const parser = exports.llhttp_alloc(TYPE_REQUEST);
  const view = createView();
  let headBytes = 0;
  let isComplete = false;

  const reader = {
    target: '',
    keepsAlive: true,
    hasHead: false,
    take(bytes: Uint8Array, length: number, offset: number): number {
      if (isComplete) begin();
      current = reader;
      const landing = land(view(bytes, length));
      const outcome = exports.llhttp_execute(parser, landing + offset, length - offset);
      if (outcome === OK) {
        headBytes += length - offset;
        if (!reader.hasHead && headBytes > MOST_HEAD_BYTES)
          throw Object.assign(new Error('the head of the request is too long'), { code: 'EHEAD' });
        return -1;
      }
      if (outcome !== PAUSED && outcome !== PAUSED_UPGRADE)
        throw notHttp(library as Llhttp, parser, 'request');
      const end = exports.llhttp_get_error_pos(parser) - landing;
      // Its answer holds only until the parser goes on.
      reader.keepsAlive = exports.llhttp_should_keep_alive(parser) === 1 && outcome === PAUSED;
      exports.llhttp_reset(parser);
      isComplete = true;
      return end;
    },
    free: () => exports.llhttp_free(parser),
  };
  function begin(): void {
    reader.target = '';
    reader.hasHead = false;
    headBytes = 0;
    isComplete = false;
  }
  return reader;
}
