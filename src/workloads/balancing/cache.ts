/** Answers that may be given again (RFC 9111): a cache that many clients share, in memory. Pure. */
import { fieldsNamed, type Head, type RequestHead, statusOf, written } from './http-heads.ts';

export interface Stored {
  /** As it is passed on. */
  readonly head: Head;
  readonly body: Uint8Array;
  /**
   * When it was asked for, nanoseconds of the clock, and for how long it may be given again since: the
   * back end has made it later, so that it is never taken for younger than it is (RFC 9111, 4.2.3).
   */
  readonly askedNs: number;
  readonly freshNs: number;
}

/** What an answer from the cache has in its field `Cache-Status` (RFC 9211). */
export const HIT = 'iobench; hit';
/** A head and the Map need more than their text; about as much as this. */
const ENTRY_BYTES = 512;

/** As many answers as fit; the one that was asked for least recently goes first. */
export class Cache {
  readonly mostBytes: number;
  /** Oldest first: a Map keeps the order in which keys were set. */
  private readonly stored = new Map<string, Stored>();
  private bytes = 0;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
  }

  /** `undefined` if it is not there, or no longer fresh. */
  get(key: string, nowNs: number): Stored | undefined {
    const found = this.stored.get(key);
    if (found === undefined) return undefined;
    this.remove(key, found);
    if (nowNs - found.askedNs >= found.freshNs) return undefined;
    this.add(key, found);
    return found;
  }

  /** Stores it, unless it is larger than the cache. */
  set(key: string, answer: Stored): void {
    const old = this.stored.get(key);
    if (old) this.remove(key, old);
    if (sizeOf(key, answer) > this.mostBytes) return;
    this.add(key, answer);
    for (const [oldest, each] of this.stored) {
      if (this.bytes <= this.mostBytes) return;
      this.remove(oldest, each);
    }
  }

  /** It is out of date. */
  forget(key: string): void {
    const old = this.stored.get(key);
    if (old) this.remove(key, old);
  }

  private add(key: string, answer: Stored): void {
    this.stored.set(key, answer);
    this.bytes += sizeOf(key, answer);
  }
  private remove(key: string, answer: Stored): void {
    this.stored.delete(key);
    this.bytes -= sizeOf(key, answer);
  }
}

const sizeOf = (key: string, { body }: Stored): number => key.length + body.length + ENTRY_BYTES;

/**
 * By what the answer to a request is found again: its method, host and target, and its route, because another
 * group of back ends may answer otherwise. `undefined` if it is to be passed on: because it is no plain GET, or is
 * somebody's own (RFC 9111, 3.5), or its sender wants no stored answer (5.2.1), or could not read one in
 * chunks.
 */
export function keyOf(head: RequestHead, route: number, hasBody: boolean): string | undefined {
  if (head.method !== 'GET' || hasBody || head.isHttp10) return undefined;
  if (['authorization', 'range'].some((name) => fieldsNamed(head, name).length > 0)) return undefined;
  const directives = directivesOf(head);
  if (directives.has('no-cache') || directives.has('no-store')) return undefined;
  return keyAt(head, route);
}

const keyAt = (head: RequestHead, route: number): string =>
  `GET ${fieldsNamed(head, 'host').join().toLowerCase()} ${route} ${head.target}`;

/** They change nothing (RFC 9110, 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * By what those answers are found that a request puts out of date if it succeeds (RFC 9111, 4.4): on all
 * routes.
 */
export const outdatedBy = (head: RequestHead, routes: number): readonly string[] =>
  SAFE.has(head.method) ? [] : Array.from({ length: routes + 1 }, (_, number) => keyAt(head, number - 1));

/**
 * For how long an answer may be given again; 0 for one that may not be stored, or has no lifetime.
 * What differs by more than its target (`Vary`), or sets a cookie, is not stored.
 */
export function freshNsOf(head: Head): number {
  const directives = directivesOf(head);
  if (statusOf(head) !== 200) return 0;
  if (['no-store', 'private', 'no-cache'].some((name) => directives.has(name))) return 0;
  if (['vary', 'set-cookie'].some((name) => fieldsNamed(head, name).length > 0)) return 0;
  const lifetime = directives.get('s-maxage') ?? directives.get('max-age') ?? '';
  const seconds = /^"?(\d{1,9})"?$/.exec(lifetime)?.[1] ?? 0;
  return Math.max(0, Number(seconds) - ageOf(head)) * 1e9;
}

/** An answer from the cache, as bytes: with its age (RFC 9111, 5.1), and with `closes` the last one. */
export function givenAgain({ head, body, askedNs }: Stored, nowNs: number, closes: boolean): Uint8Array {
  const seconds = ageOf(head) + Math.floor((nowNs - askedNs) / 1e9);
  const fields = head.fields.filter(({ name }) => name !== 'age');
  const more = [`Age: ${seconds}`, `Cache-Status: ${HIT}`, ...(closes ? ['Connection: close'] : [])];
  return Buffer.concat([Buffer.from(written(head.first, fields, more), 'latin1'), body]);
}

const ageOf = (head: Head): number => Number(/^\d{1,9}$/.exec(fieldsNamed(head, 'age')[0] ?? '')?.[0] ?? 0);

/**
 * Of Cache-Control, in lower case: `max-age` has a value, most have none. The first of a name counts
 * (RFC 9111, 4.2.1).
 */
function directivesOf(head: Head): Map<string, string> {
  const all = fieldsNamed(head, 'cache-control').join().toLowerCase().split(',');
  return new Map(
    all.toReversed().map((each) => {
      const [name = '', value = ''] = each.split('=');
      return [name.trim(), value.trim()] as const;
    }),
  );
}
