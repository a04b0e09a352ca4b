import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { openWebSocket, type WebSocketLimits } from '../../src/protocols/websocket.ts';
import { createFrameCodec, Opcode } from '../../src/protocols/websocket-frames.ts';
import { acceptOf } from '../../src/protocols/websocket-handshake.ts';
import { cutsOf, expectAlike, expectRefusals, piecesOf } from './pieces.ts';
import { resultOf, scriptedStream } from './scripted-stream.ts';

/** Its types do not have all that it exports. */
const { Receiver, Sender } = createRequire(import.meta.url)('ws');

interface Sent {
  opcode: number;
  fin?: boolean;
  mask?: boolean;
  rsv1?: boolean;
}
/** A frame as a server sends it, by `ws`. */
const frame = (data: string | Buffer, { opcode, fin = true, mask = false, rsv1 = false }: Sent): Buffer =>
  Buffer.concat(
    Sender.frame(Buffer.from(data as string), {
      fin,
      rsv1,
      opcode,
      mask,
      readOnly: true,
    } as never) as Buffer[],
  );
const text = (data: string) => frame(data, { opcode: Opcode.text });
const closing = (code: number, reason = '') => {
  const data = Buffer.from(`  ${reason}`);
  data.writeUInt16BE(code);
  return frame(data, { opcode: Opcode.close });
};

/** What a server makes of a client's bytes, by `ws`; it has to be masked for that. */
function atServer(bytes: Uint8Array) {
  const messages: { data: string | Buffer; isText: boolean }[] = [];
  const receiver = new Receiver({ isServer: true });
  receiver.on('message', (data: Buffer, isBinary: boolean) => messages.push({ data, isText: !isBinary }));
  receiver.on('error', () => {});
  receiver.write(Buffer.from(bytes));
  expect(receiver.errored).toBeNull();
  return messages;
}

describe('frames', () => {
  test('of messages, fragments, pings between them, and the end, wherever they are cut', () => {
    const bytes = Buffer.concat([
      text('grüße'),
      frame(Buffer.from([0, 255]), { opcode: Opcode.binary }),
      frame('in ', { opcode: Opcode.text, fin: false }),
      frame('now', { opcode: Opcode.ping }),
      frame('two', { opcode: Opcode.continuation }),
      frame('', { opcode: Opcode.pong }),
      frame('', { opcode: Opcode.binary }),
      closing(1001, 'away'),
    ]);
    expectAlike(createFrameCodec, bytes, [
      { kind: 'message', data: Buffer.from('grüße'), isText: true },
      { kind: 'message', data: Buffer.from([0, 255]), isText: false },
      { kind: 'ping', data: Buffer.from('now') },
      { kind: 'message', data: Buffer.from('in two'), isText: true },
      { kind: 'pong', data: Buffer.alloc(0) },
      { kind: 'message', data: Buffer.alloc(0), isText: false },
      { kind: 'close', code: 1001, reason: 'away' },
    ]);
  });

  test.each([0, 1, 3, 4, 125, 126, 127, 1021, 65_535, 65_536, 300_000])(
    'of a client are masked anew each time, and a server reads them: %i bytes',
    (length) => {
      const codec = createFrameCodec();
      const data = Buffer.from(Array.from({ length }, (_, index) => index % 251));
      const first = Buffer.from(codec.encode({ opcode: Opcode.binary, data, isFinal: true }));
      const second = Buffer.from(codec.encode({ opcode: Opcode.binary, data, isFinal: true }));
      expect(first.equals(second)).toBe(false);
      for (const bytes of [first, second]) {
        const [message] = atServer(bytes);
        expect(message?.isText).toBe(false);
        expect(data.equals(message?.data as Buffer)).toBe(true);
      }
    },
  );

  test.each([
    ['masked', frame('x', { opcode: Opcode.text, mask: true }), 'MASK must be clear'],
    ['of a reserved kind', frame('x', { opcode: 3 }), 'invalid opcode 3'],
    ['compressed', frame('x', { opcode: Opcode.text, rsv1: true }), 'RSV1 must be clear'],
    ['that go on with nothing', frame('x', { opcode: Opcode.continuation }), 'invalid opcode 0'],
    ['of text that is none', frame(Buffer.from([0xff]), { opcode: Opcode.text }), 'invalid UTF-8'],
    ['of a ping in fragments', frame('x', { opcode: Opcode.ping, fin: false }), 'FIN must be set'],
    [
      'that announce more than is taken',
      frame(Buffer.alloc(101), { opcode: Opcode.binary }),
      'Max payload size',
    ],
    ['that close with no code', closing(999), 'invalid status code 999'],
  ])('%s are refused with a sentence', (_what, bytes, why) => {
    const refusal = expect.objectContaining({ code: 'EWEBSOCKET', message: expect.stringContaining(why) });
    expect(() => createFrameCodec({ largestBytes: 100 }).decode(bytes)).toThrow(refusal);
  });

  test('garbage is refused', () => expectRefusals(createFrameCodec, 'EWEBSOCKET'));
});

/** The answer to the key that was sent. */
const upgrade = (head: string, more = '', change = (answer: string) => answer): string => {
  const key = /Sec-WebSocket-Key: (\S+)/.exec(head)?.[1] ?? '';
  return change(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n${more}`,
  );
};

function opened({
  more = '',
  change,
  limits = {},
}: {
  more?: string;
  change?: (answer: string) => string;
  limits?: WebSocketLimits;
} = {}) {
  const stream = scriptedStream();
  stream.arrives(() => upgrade(stream.sent.join(''), more, change));
  return { stream, open: () => resultOf(openWebSocket(stream, { host: 'here:80', path: '/chat' }, limits)) };
}

describe('the handshake', () => {
  test('the key of the standard has the answer of the standard', () => {
    expect(acceptOf('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });

  test('asks for the path, and takes what comes behind the answer, wherever that is cut', () => {
    const { stream, open } = opened();
    open();
    expect(stream.sent.join('')).toMatch(/^GET \/chat HTTP\/1\.1\r\nHost: here:80\r\nUpgrade: websocket\r\n/);
    const length = upgrade('').length + 3;
    for (const cuts of cutsOf(length)) {
      const cut = scriptedStream();
      let pieces: Uint8Array[] = [];
      const next = () => pieces.shift() as Uint8Array;
      cut.arrives(
        () => {
          pieces = piecesOf(
            Buffer.from(upgrade(cut.sent.join(''), text('y').toString('latin1')), 'latin1'),
            cuts,
          );
          return next();
        },
        ...cuts.map(() => next),
      );
      const socket = resultOf(openWebSocket(cut, { host: 'here:80', path: '/chat' }));
      expect(resultOf(socket.next())).toMatchObject({ data: Buffer.from('y'), isText: true });
    }
  });

  test.each([
    [
      'another status',
      (answer: string) => answer.replace('101 Switching Protocols', '400 Bad Request'),
      '400 Bad Request',
    ],
    ['no upgrade', (answer: string) => answer.replace('Upgrade: WebSocket\r\n', ''), 'does not upgrade'],
    [
      'another connection',
      (answer: string) => answer.replace('keep-alive, Upgrade', 'close'),
      'does not upgrade',
    ],
    ['another key', (answer: string) => answer.replace(/Accept: ./, 'Accept: -'), 'does not answer the key'],
    [
      'an extension',
      (answer: string) => answer.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: x\r\n\r\n'),
      'was not offered',
    ],
    ['no HTTP', () => 'SSH-2.0-OpenSSH\r\n\r\n', 'SSH-2.0-OpenSSH'],
    ['a head without end', () => 'x'.repeat(20_000), 'longer than 16384'],
  ])('%s is refused with a sentence', (_what, change, why) => {
    const refusal = expect.objectContaining({ code: 'EWEBSOCKET', message: expect.stringContaining(why) });
    expect(opened({ change }).open).toThrow(refusal);
  });

  test('a peer that closes instead', () => {
    expect(opened({ change: () => '' }).open).toThrow(expect.objectContaining({ code: 'EOF' }));
  });
});

describe('a WebSocket', () => {
  test('answers pings while it waits, and a close with its code', () => {
    const { stream, open } = opened();
    const socket = open();
    stream.arrives(Buffer.concat([frame('p', { opcode: Opcode.ping }), text('m')]), closing(1001, 'away'));
    expect(resultOf(socket.next())).toMatchObject({ data: Buffer.from('m') });
    expect(() => resultOf(socket.next())).toThrow(
      expect.objectContaining({ code: 'EOF', message: expect.stringContaining('1001: away') }),
    );
    const kinds = stream.sent.slice(1).map((bytes) => (bytes[0] as number) & 0x0f);
    expect(kinds).toEqual([Opcode.pong, Opcode.close]);
  });

  test('sends text, bytes, and fragments', () => {
    const { stream, open } = opened();
    const socket = open();
    for (const [data, fragmentBytes] of [
      ['grüße', 3],
      [Buffer.from('bytes'), 5],
      ['', 1],
    ] as const)
      resultOf(socket.send(data, { fragmentBytes }));
    expect(stream.sent).toHaveLength(1 + 3 + 1 + 1);
    expect(atServer(Buffer.concat(stream.sent.slice(1)))).toEqual([
      { data: Buffer.from('grüße'), isText: true },
      { data: Buffer.from('bytes'), isText: false },
      { data: Buffer.alloc(0), isText: true },
    ]);
  });

  test('closes its stream, and counts what nobody has taken', () => {
    const { stream, open } = opened();
    const socket = open();
    stream.arrives(Buffer.concat([text('one'), text('two')]));
    expect(resultOf(socket.next())).toMatchObject({ data: Buffer.from('one') });
    expect(socket.waiting).toBe(1);
    resultOf(socket.close());
    expect(stream.isClosed).toBe(true);
    expect((stream.sent.at(-1)?.[0] as number) & 0x0f).toBe(Opcode.close);
  });
});
