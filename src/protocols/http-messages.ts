/** HTTP/1.1 responses, whole, as their bytes arrive: llhttp, the parser of Node itself, reads them. */
import { type Llhttp, loadLlhttp, notHttp, OK, PAUSED } from './llhttp.ts';

export interface HttpResponse {
  readonly status: number;
  /** Their names in lower case, in the order in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Whether the connection stays open for another request. */
  readonly keepsAlive: boolean;
}

/** The first header of that name. */
export const headerOf = ({ headers }: HttpResponse, wanted: string): string | undefined =>
  headers.find(([name]) => name === wanted)?.[1];

/** Like a codec of messages, but that nothing is sent by it. */
export interface ResponseCodec {
  /**
   * The responses that are complete with these bytes. Interim ones (RFC 9110, 15.2) are left out.
   * @throws Error `EHTTP` for anything but HTTP, and for a head or a body beyond what is taken.
   */
  decode(bytes: Uint8Array): HttpResponse[];
  /** The peer has closed: the response that ends with that, if there is one. */
  end(): HttpResponse[];
  /** A part of another response has come. */
  readonly hasPart: boolean;
  /** Frees the parser's memory; the codec must not be used afterwards. */
  free(): void;
}

const TYPE_RESPONSE = 2;
const SWITCHING_PROTOCOLS = 101;
/** As much as Apache and nginx take by default for a head, and more. */
const MOST_HEAD_BYTES = 64 * 1024;
const MOST_BODY_BYTES = 256 * 2 ** 20;
/** What the parser takes at once. */
const PIECE_BYTES = 16 * 1024;

let library: Llhttp | undefined;
/** The response whose bytes are being parsed. */
let current: Arriving;

class Arriving {
  readonly headers: [name: string, value: string][] = [];
  readonly body: Buffer[] = [];
  headBytes = 0;
  bodyBytes = 0;
  /** The last piece was of a value: the next one of a name begins another header. */
  private isInValue = true;

  name(piece: string): void {
    if (this.isInValue) this.headers.push(['', '']);
    this.isInValue = false;
    this.add(0, piece);
  }
  value(piece: string): void {
    this.isInValue = true;
    this.add(1, piece);
  }
  private add(part: 0 | 1, piece: string): void {
    const header = this.headers.at(-1);
    if (header) header[part] += piece;
    this.headBytes += piece.length;
  }
}

const load = (): Llhttp => {
  const textAt = (address: number, length: number) => {
    const { buffer, byteOffset } = (library as Llhttp).at(address, length);
    return Buffer.from(buffer, byteOffset, length).toString('latin1');
  };
  return loadLlhttp({
    headerField(_parser, address, length) {
      current.name(textAt(address, length));
      return OK;
    },
    headerValue(_parser, address, length) {
      current.value(textAt(address, length));
      return OK;
    },
    body(_parser, address, length) {
      current.body.push(Buffer.from((library as Llhttp).at(address, length)));
      current.bodyBytes += length;
      return OK;
    },
  });
};

export function createResponseCodec(): ResponseCodec {
  library ??= load();
  const { exports, land } = library;
  const parser = exports.llhttp_alloc(TYPE_RESPONSE);
  let arriving = new Arriving();
  let hasPart = false;

  /** A message is complete: the parser is made ready for another. */
  function finish(): HttpResponse[] {
    const status = exports.llhttp_get_status_code(parser);
    // Its answer holds only until the parser goes on.
    const keepsAlive = exports.llhttp_should_keep_alive(parser) === 1;
    const { headers, body } = arriving;
    begin();
    if (status === SWITCHING_PROTOCOLS) throw refused('it changes to another protocol');
    if (status < 200) return [];
    const named = headers.map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
    return [{ status, headers: named, body: Buffer.concat(body), keepsAlive }];
  }
  function begin(): void {
    exports.llhttp_reset(parser);
    arriving = new Arriving();
    hasPart = false;
  }
  function requireLimits({ headBytes, bodyBytes }: Arriving): void {
    if (headBytes > MOST_HEAD_BYTES) throw refused(`its head is longer than ${MOST_HEAD_BYTES} bytes`);
    if (bodyBytes > MOST_BODY_BYTES) throw refused(`its body is longer than ${MOST_BODY_BYTES} bytes`);
  }
  function* take(piece: Uint8Array): Generator<HttpResponse> {
    const landing = land(piece);
    for (let from = 0; from < piece.length; ) {
      hasPart = true;
      current = arriving;
      const outcome = exports.llhttp_execute(parser, landing + from, piece.length - from);
      requireLimits(arriving);
      if (outcome === OK) return;
      if (outcome !== PAUSED) throw notHttp(library as Llhttp, parser, 'response');
      from = exports.llhttp_get_error_pos(parser) - landing;
      yield* finish();
    }
  }
  return {
    decode(bytes) {
      const complete: HttpResponse[] = [];
      for (let from = 0; from < bytes.length; from += PIECE_BYTES)
        complete.push(...take(bytes.subarray(from, from + PIECE_BYTES)));
      return complete;
    },
    end() {
      current = arriving;
      if (exports.llhttp_finish(parser) === PAUSED) return finish();
      begin();
      return [];
    },
    get hasPart() {
      return hasPart;
    },
    free: () => exports.llhttp_free(parser),
  };
}

const refused = (why: string): Error => Object.assign(new Error(`the response: ${why}`), { code: 'EHTTP' });
