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
/** The whole request is there before any of it is passed on. */
const EXPECT = 'expect';

/** Where the body begins; -1 if the head is not complete. */
export function endOfHead(bytes: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('\r\n\r\n');
  return at < 0 ? -1 : at + 4;
}

/** A request's head, to its empty line, with the address of its client after those of earlier proxies. */
export function forwardedRequest(head: string, address: string): string {
  const { first, fields } = fieldsOf(head);
  const addresses = fields.filter(({ name }) => name === FORWARDED_FOR).map(({ value }) => value);
  const kept = fields.filter(({ name }) => name !== FORWARDED_FOR && name !== EXPECT);
  return written(first, kept, `X-Forwarded-For: ${[...addresses, address].join(', ')}`);
}

/** An answer's head, to its empty line; with `closes`, its receiver is not to ask again on this connection. */
export function forwardedAnswer(head: string, closes: boolean): string {
  const { first, fields } = fieldsOf(head);
  return written(first, fields, closes ? 'Connection: close' : undefined);
}

interface Field {
  readonly line: string;
  readonly name: string;
  readonly value: string;
}

/** The first line, and the fields that are passed on. */
function fieldsOf(head: string): { first: string; fields: Field[] } {
  const [first = '', ...lines] = head.replace(/(?:\r\n)+$/, '').split('\r\n');
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

const written = (first: string, fields: readonly Field[], last?: string): string =>
  `${[first, ...fields.map(({ line }) => line), ...(last === undefined ? [] : [last])].join('\r\n')}\r\n\r\n`;
