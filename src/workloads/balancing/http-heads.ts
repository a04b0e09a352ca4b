/** Heads of messages as a proxy passes them on (RFC 9110, 7.6). Pure. */

/** What is between two neighbours only (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'upgrade',
]);
const FORWARDED_FOR = 'x-forwarded-for';
const FORWARDED_PROTO = 'x-forwarded-proto';
/** The whole request is there before any of it is passed on. */
const EXPECT = 'expect';

/** Where the body begins; -1 if the head is not complete. */
export function endOfHead(bytes: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('\r\n\r\n');
  return at < 0 ? -1 : at + 4;
}

/** What is passed on of a head: its first line, and its fields but for those between two neighbours. */
export interface Head {
  readonly first: string;
  readonly fields: readonly Field[];
}

interface Field {
  readonly line: string;
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

/** Reads a head, to its empty line. */
export function readHead(text: string): Head {
  const [first = '', ...lines] = text.replace(/(?:\r\n)+$/, '').split('\r\n');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return { line, name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() };
  });
  // What Connection names is for the neighbour, too.
  const named = fields
    .filter(({ name }) => name === 'connection')
    .flatMap(({ value }) =>
      value
        .toLowerCase()
        .split(',')
        .map((option) => option.trim()),
    );
  return {
    first,
    fields: fields.filter(({ name }) => !HOP_BY_HOP.has(name) && !named.includes(name)),
  };
}

/** Of a request: `GET`. */
export const methodOf = ({ first }: Head): string => first.slice(0, first.indexOf(' '));
/** Of a request: `/path?query`. */
export const targetOf = ({ first }: Head): string =>
  first.slice(first.indexOf(' ') + 1, first.lastIndexOf(' '));
/** The values of the fields of this name, which is in lower case. */
export const fieldsNamed = ({ fields }: Head, wanted: string): string[] =>
  fields.filter(({ name }) => name === wanted).map(({ value }) => value);

/**
 * A request's head, to its empty line, with the address of its client after those of earlier proxies; of one that
 * came over TLS, with that.
 */
export function forwardedRequest(head: Head, address: string, overTls: boolean): string {
  const addresses = fieldsNamed(head, FORWARDED_FOR);
  const replaced = [FORWARDED_FOR, EXPECT, ...(overTls ? [FORWARDED_PROTO] : [])];
  const kept = head.fields.filter(({ name }) => !replaced.includes(name));
  const more = [`X-Forwarded-For: ${[...addresses, address].join(', ')}`];
  return written(head.first, kept, overTls ? [...more, 'X-Forwarded-Proto: https'] : more);
}

/** Where a plain request is to be sent again (RFC 9110, 15.4.2): at the default port. */
export function httpsLocation(head: Head): string {
  const host = (fieldsNamed(head, 'host')[0] ?? '').replace(/:\d*$/, '');
  const target = targetOf(head);
  return `https://${host}${target.startsWith('/') ? target : '/'}`;
}

/** An answer's head, to its empty line; with `closes`, its receiver is not to ask again on this connection. */
export const forwardedAnswer = ({ first, fields }: Head, closes: boolean): string =>
  written(first, fields, closes ? ['Connection: close'] : []);

/** A head as it is sent: what it had, and these lines. */
export const written = (first: string, fields: readonly Field[], more: readonly string[]): string =>
  `${[first, ...fields.map(({ line }) => line), ...more].join('\r\n')}\r\n\r\n`;
