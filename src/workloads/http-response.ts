/** Reading HTTP responses as their bytes arrive. */
import {
  createView,
  type Llhttp,
  loadLlhttp,
  notHttp,
  OK,
  PAUSED,
  PAUSED_UPGRADE,
} from '../protocols/llhttp.ts';
import { CacheStatus, loadWithCacheStatus, parsingFor } from './cache-status.ts';

const TYPE_RESPONSE = 2;
const SWITCHING_PROTOCOLS = 101;

/** Reads one answer after another on a connection: a response, or as many as were asked for at once. */
export interface ResponseReader {
  /** Whether the last response left its connection open for another request. */
  readonly keepsAlive: boolean;
  /** Whether a cache has given the last response, by its `Cache-Status`, where that is looked for. */
  readonly isFromCache: boolean;
  /**
   * Takes bytes as they arrive; the status code once the answer is complete, 0 until then. Of several
   * responses it is the highest.
   * @throws Error `EHTTP` if it is not HTTP, `EUNASKED` if anything follows the answer.
   */
  take(bytes: Uint8Array, length: number): number;
  /**
   * The peer has closed: the status code of the answer that ends with that, 0 if there is none or it is not
   * complete.
   */
  end(): number;
  /** Discards a partial response, for a new connection. */
  reset(): void;
  /** Frees the parser's memory; the reader must not be used afterwards. */
  free(): void;
}

let withBody: Llhttp | undefined;
let bodiless: Llhttp | undefined;
let withCacheStatus: Llhttp | undefined;

/** What the parser takes from the callback of a head: no body follows, whatever the head says. */
const SKIP_BODY = 1;

interface ReaderOptions {
  /** How many an answer consists of: as many requests are sent before it is read. */
  readonly responses?: number | undefined;
  /** Without it, it reads answers to HEAD, which end with their head (RFC 9110, 9.3.2). */
  readonly hasBody?: boolean;
  /** Looks in every head whether a cache has given the response: that takes time. */
  readonly looksForCache?: boolean | undefined;
}

export function createResponseReader(options: ReaderOptions = {}): ResponseReader {
  const { responses = 1, hasBody = true, looksForCache = false } = options;
  const library = libraryFor(hasBody, looksForCache);
  const cacheStatus = looksForCache ? new CacheStatus() : undefined;
  const { exports, land } = library;
  const parser = exports.llhttp_alloc(TYPE_RESPONSE);
  const view = createView();
  const answer = countResponses(responses);

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
    get isFromCache() {
      return cacheStatus?.isHit === true;
    },
    take(bytes: Uint8Array, length: number): number {
      if (cacheStatus) parsingFor(cacheStatus);
      const landing = land(view(bytes, length));
      for (let from = 0; from < length; ) {
        const outcome = exports.llhttp_execute(parser, landing + from, length - from);
        if (outcome === OK) return 0;
        if (outcome !== PAUSED && outcome !== PAUSED_UPGRADE) throw notHttp(library, parser, 'response');
        from = exports.llhttp_get_error_pos(parser) - landing;
        const status = finish();
        if (isInterim(status)) continue;
        const highest = answer.answered(status);
        if (highest === 0) continue;
        if (from < length) throw unasked();
        return highest;
      }
      return 0;
    },
    end(): number {
      const status = exports.llhttp_finish(parser) === PAUSED ? finish() : 0;
      exports.llhttp_reset(parser);
      reader.keepsAlive = false;
      const highest = isInterim(status) ? 0 : answer.answered(status);
      answer.begin();
      return highest;
    },
    reset() {
      answer.begin();
      exports.llhttp_reset(parser);
    },
    free: () => exports.llhttp_free(parser),
  };
  return reader;
}

/** An answer consists of `responses`; its status is the highest of theirs. */
function countResponses(responses: number) {
  let complete = 0;
  let highest = 0;
  function begin(): void {
    complete = 0;
    highest = 0;
  }
  return {
    begin,
    /** A response is complete: the status of the answer, if that is, too; 0 if others have to follow. */
    answered(status: number): number {
      highest = Math.max(highest, status);
      if (++complete < responses) return 0;
      const answer = highest;
      begin();
      return answer;
    },
  };
}

function libraryFor(hasBody: boolean, looksForCache: boolean): Llhttp {
  if (!hasBody) {
    bodiless ??= loadLlhttp({ headersComplete: () => SKIP_BODY });
    return bodiless;
  }
  if (looksForCache) {
    withCacheStatus ??= loadWithCacheStatus();
    return withCacheStatus;
  }
  withBody ??= loadLlhttp();
  return withBody;
}

/** An interim response (RFC 9110, 15.2) is not the answer. */
const isInterim = (status: number): boolean => status < 200 && status !== SWITCHING_PROTOCOLS;

/** Bytes that no request asked for. */
export const unasked = (): Error =>
  Object.assign(new Error('the server sent bytes that no request asked for'), { code: 'EUNASKED' });
