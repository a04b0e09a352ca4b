/** Whether a cache has given a response, as its head reports (RFC 9211): found while llhttp parses that. */
import { type Llhttp, loadLlhttp, OK } from '../protocols/llhttp.ts';

/** The parameter alone is true (RFC 8941, 3.1.2). */
const IS_HIT = /;\s*hit(?=\s*(?:[;,]|$))/;

/** Of one connection: a name and a value may come in several pieces. */
export class CacheStatus {
  /** Of the last response. */
  isHit = false;
  private name = '';
  private value = '';
  private hasValue = false;

  begun(): void {
    // What a broken response has left behind is not this one's.
    this.ended();
    this.isHit = false;
  }
  named(piece: string): void {
    if (this.hasValue) this.ended();
    this.name += piece;
  }
  valued(piece: string): void {
    this.hasValue = true;
    this.value += piece;
  }
  /** Each cache on the way is an item of a list; the one that has answered has the parameter `hit`. */
  ended(): void {
    if (this.name.toLowerCase() === 'cache-status' && IS_HIT.test(this.value)) this.isHit = true;
    this.name = '';
    this.value = '';
    this.hasValue = false;
  }
}

/** That of the bytes that are being parsed. */
let current: CacheStatus | undefined;
export function parsingFor(status: CacheStatus): void {
  current = status;
}

/** Looks at every field, which takes time: for clients of a cache only. */
export function loadWithCacheStatus(): Llhttp {
  const textAt = (address: number, length: number) => {
    const { buffer, byteOffset } = library.at(address, length);
    return Buffer.from(buffer, byteOffset, length).toString('latin1');
  };
  const library: Llhttp = loadLlhttp({
    messageBegin() {
      current?.begun();
      return OK;
    },
    headerField(_parser, address, length) {
      current?.named(textAt(address, length));
      return OK;
    },
    headerValue(_parser, address, length) {
      current?.valued(textAt(address, length));
      return OK;
    },
    headersComplete() {
      current?.ended();
      return OK;
    },
  });
  return library;
}
