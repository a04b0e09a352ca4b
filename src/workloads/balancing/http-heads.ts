/** Heads of messages as a proxy passes them on (RFC 9110, 7.6). Pure. */

/** What is between two neighbours only (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'upgrade',
]);
/**
 * Where a message ends, and whom it is for: kept even if Connection names them, or the next one would read
 * another message than was meant (RFC 9110, 7.6.1).
 */
const NEVER_DROPPED: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host']);
const FORWARDED_FOR = 'x-forwarded-for';
const FORWARDED_PROTO = 'x-forwarded-proto';
/** The whole request is there before any of it is passed on. */
const EXPECT = 'expect';

const CR = 13;
const LF = 10;

/** Without the line ends before a first line, which parsers skip (RFC 9112, 2.2). */
export function fromFirstLine(bytes: Buffer): Buffer {
  let from = 0;
  while (bytes[from] === CR || bytes[from] === LF) from++;
  return bytes.subarray(from);
}

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

export interface RequestHead extends Head {
  /** `GET`. */
  readonly method: string;
  /** In origin form: `/path?query`; `*` for that of OPTIONS. */
  readonly target: string;
  /** Its client speaks HTTP/1.0: it knows no chunks, and its connection ends with the answer. */
  readonly isHttp10: boolean;
}

/** As llhttp reads it: with any number of spaces. */
const REQUEST_LINE = /^(\S+) +(\S+) +HTTP\/(\d\.\d)/;
/** `http://user@host:port/path`: its host and port, and what follows them. */
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)(.*)$/i;

/**
 * Reads a request's head, to its empty line. Its first line is written anew, in origin form and with the version
 * of this proxy (RFC 9112, 2.3 and 3.2): whoever reads it next finds the same target as its route and
 * the cache.
 * @throws Error `EHTTP` if it does not begin as requests of HTTP/1 do.
 */
export function readRequest(text: string): RequestHead {
  const { first, fields } = readHead(text);
  const [, method, asked, version] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined || asked === undefined)
    throw Object.assign(new Error('not an HTTP request: its first line'), { code: 'EHTTP' });
  const isHttp10 = version === '1.0';
  const [, authority, rest = ''] = ABSOLUTE.exec(asked) ?? [];
  const target = authority === undefined ? asked : originForm(method, rest);
  const read = { first: `${method} ${target} HTTP/1.1`, method, target, isHttp10 };
  // The target's own host counts (RFC 9112, 3.2.2); a request of HTTP/1.1 has to have one, be it empty.
  const host = authority ?? (isHttp10 && !fields.some(({ name }) => name === 'host') ? '' : undefined);
  if (host === undefined) return { ...read, fields };
  const others = fields.filter(({ name }) => name !== 'host');
  return { ...read, fields: [{ line: `Host: ${host}`, name: 'host', value: host }, ...others] };
}

/** Of what follows the host (RFC 9112, 3.2.4). */
function originForm(method: string, rest: string): string {
  if (rest === '' && method === 'OPTIONS') return '*';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Reads an answer's head, to its empty line; its version becomes that of this proxy. */
export function readAnswer(text: string): Head {
  const { first, fields } = readHead(text);
  return { first: first.replace(/^HTTP\/\d\.\d/, 'HTTP/1.1'), fields };
}

/** Of an answer: 200. */
export const statusOf = ({ first }: Head): number => Number(first.split(' ')[1]);

const TRANSFER_ENCODING = 'transfer-encoding';

/** In chunks, and in no other coding besides. */
export const isChunked = (head: Head): boolean =>
  fieldsNamed(head, TRANSFER_ENCODING).join().toLowerCase() === 'chunked';

/** An answer's head without that: it ends with its connection. */
export const withoutFraming = ({ first, fields }: Head): Head => ({
  first,
  fields: fields.filter(({ name }) => name !== TRANSFER_ENCODING),
});

function readHead(text: string): Head {
  // A line that begins with a space continues the one before (RFC 9112, 5.2).
  const lines = text
    .replace(/(?:\r\n)+$/, '')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const first = lines.shift() ?? '';
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
    )
    .filter((option) => !NEVER_DROPPED.has(option));
  return {
    first,
    fields: fields.filter(({ name }) => !HOP_BY_HOP.has(name) && !named.includes(name)),
  };
}

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
export function httpsLocation(head: RequestHead): string {
  const host = (fieldsNamed(head, 'host')[0] ?? '').replace(/:\d*$/, '');
  return `https://${host}${head.target.startsWith('/') ? head.target : '/'}`;
}

/** An answer's head, to its empty line; with `closes`, its receiver is not to ask again on this connection. */
export const forwardedAnswer = ({ first, fields }: Head, closes: boolean): string =>
  written(first, fields, closes ? ['Connection: close'] : []);

/** A head as it is sent: what it had, and these lines. */
export const written = (first: string, fields: readonly Field[], more: readonly string[]): string =>
  `${[first, ...fields.map(({ line }) => line), ...more].join('\r\n')}\r\n\r\n`;
