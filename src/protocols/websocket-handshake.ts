/** How a connection becomes a WebSocket (RFC 6455, 4): a GET, and an answer that proves it was understood. */
import { createHash, randomBytes } from 'node:crypto';
import type { Steps } from '../operations.ts';
import type { Stream } from './stream.ts';

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY_BYTES = 16;
const LONGEST_HEAD_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';

export interface Target {
  /** With its port, as the `Host` of the request. */
  readonly host: string;
  /** With its query. */
  readonly path: string;
}

/**
 * Asks for the upgrade, and checks the answer; returns the bytes that have arrived behind it, which are the
 * first of the frames.
 * @throws Error `EOF` if the peer closes, `EWEBSOCKET` if it answers anything but the upgrade.
 */
export function* shakeHands(stream: Stream, target: Target): Steps<Uint8Array> {
  const key = randomBytes(KEY_BYTES).toString('base64');
  yield* stream.send(Buffer.from(requestOf(target, key)));
  let head = Buffer.alloc(0);
  for (;;) {
    const bytes = yield* stream.receive();
    if (bytes.length === 0)
      throw Object.assign(new Error('the peer closed during the handshake'), { code: 'EOF' });
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf(HEAD_END);
    if (end >= 0) {
      requireUpgrade(head.toString('latin1', 0, end), key);
      return head.subarray(end + HEAD_END.length);
    }
    if (head.length > LONGEST_HEAD_BYTES)
      throw refused(`its head is longer than ${LONGEST_HEAD_BYTES} bytes`);
  }
}

const requestOf = ({ host, path }: Target, key: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Version: 13${HEAD_END}`,
  ].join('\r\n');

/** What the server has to answer to a key. */
export const acceptOf = (key: string): string =>
  createHash('sha1')
    .update(key + GUID)
    .digest('base64');

/** RFC 6455, 4.1: what a client has to check. No extension and no protocol was asked for. */
function requireUpgrade(head: string, key: string): void {
  const [first = '', ...lines] = head.split('\r\n');
  if (!/^HTTP\/1\.1 101(?: |$)/.test(first)) throw refused(`it is ${JSON.stringify(first.slice(0, 80))}`);
  const header = (name: string): string =>
    lines
      .map((line) => /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [])
      .filter(([, found]) => found?.toLowerCase() === name)
      .map(([, , value]) => value)
      .join(', ');
  const tokens = header('connection')
    .toLowerCase()
    .split(/\s*,\s*/);
  if (header('upgrade').toLowerCase() !== 'websocket' || !tokens.includes('upgrade'))
    throw refused('it does not upgrade the connection to a WebSocket');
  if (header('sec-websocket-accept') !== acceptOf(key)) throw refused('its accept does not answer the key');
  for (const unasked of ['sec-websocket-extensions', 'sec-websocket-protocol'])
    if (header(unasked)) throw refused(`it has chosen what was not offered: ${unasked}`);
}

const refused = (why: string): Error =>
  Object.assign(new Error(`the answer to the handshake is not the upgrade: ${why}`), { code: 'EWEBSOCKET' });
