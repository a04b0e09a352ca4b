import { describe, expect, test } from 'vitest';
import { createPacketCodec, openSocketIo } from '../../src/protocols/socket-io.ts';
import { acceptOf } from '../../src/protocols/websocket-handshake.ts';
import { resultOf, type ScriptedStream, scriptedStream } from './scripted-stream.ts';

/** A text message of a server, in one frame. */
function text(data: string): Buffer {
  const bytes = Buffer.from(data);
  expect(bytes.length).toBeLessThan(126);
  return Buffer.concat([Buffer.from([0x81, bytes.length]), bytes]);
}

/** The texts that a client has sent after its handshake, one in each frame of less than 126 bytes. */
const sentTo = ({ sent }: ScriptedStream): string[] =>
  sent
    .slice(1)
    .filter((frame) => frame[0] === 0x81)
    .map((frame) =>
      frame
        .subarray(6)
        .map((byte, at) => byte ^ (frame[2 + (at % 4)] as number))
        .toString(),
    );

function shaken(): ScriptedStream {
  const stream = scriptedStream();
  stream.arrives(() => {
    const key = /Sec-WebSocket-Key: (\S+)/.exec(stream.sent.join(''))?.[1] ?? '';
    return `HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`;
  });
  return stream;
}
const OPENING = [text('0{"sid":"x","pingInterval":25000}'), text('40{"sid":"y"}')];

describe('a client', () => {
  test('connects, asks, answers pings, and takes the acknowledgement of its own event', () => {
    const stream = shaken();
    stream.arrives(...OPENING);
    const socket = resultOf(openSocketIo(stream, 'here:80'));
    expect(stream.sent[0]?.toString()).toMatch(/^GET \/socket\.io\/\?EIO=4&transport=websocket HTTP/);
    stream.arrives(Buffer.concat([text('2'), text('42["news",1]'), text('6'), text('430["hi"]')]));
    expect(resultOf(socket.ask('echo', 'hi'))).toEqual(['hi']);
    stream.arrives(text('431[]'));
    expect(resultOf(socket.ask('echo', { deep: [1, null] }))).toEqual([]);
    resultOf(socket.close());
    expect(sentTo(stream)).toEqual(['40', '420["echo","hi"]', '3', '421["echo",{"deep":[1,null]}]', '41']);
    expect(stream.isClosed).toBe(true);
  });

  test.each([
    ['an acknowledgement of another event', ['437["hi"]'], 'ESOCKETIO', 'number 7'],
    ['no packet', ['x'], 'ESOCKETIO', '"x"'],
    ['no packet of Socket.IO', ['4x'], 'ESOCKETIO', '"4x"'],
    ['an acknowledgement of nothing', ['43'], 'ESOCKETIO', 'number undefined'],
    ['an event with bytes', ['451-["x",{"_placeholder":true,"num":0}]'], 'ESOCKETIO', 'with bytes'],
    ['a second opening', ['0{}'], 'ESOCKETIO', 'twice'],
    ['its leave', ['41'], 'EOF', 'disconnected'],
    ['the end', ['1'], 'EOF', 'closed'],
    ['nothing', [], 'EOF', 'closed'],
  ])('a server that answers with %s is refused', (_what, texts, code, why) => {
    const stream = shaken();
    stream.arrives(...OPENING);
    const socket = resultOf(openSocketIo(stream, 'here:80'));
    stream.arrives(...texts.map(text));
    expect(() => resultOf(socket.ask('echo', 'hi'))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(why) }),
    );
  });

  test('a server that refuses the connection', () => {
    const stream = shaken();
    stream.arrives(OPENING[0] as Buffer, text('44{"message":"not you"}'));
    expect(() => resultOf(openSocketIo(stream, 'here:80'))).toThrow(/refuses to connect.*not you/);
  });
});

test('whatever text it is, it is a packet or refused with a sentence', () => {
  for (const first of '0123456789bx')
    for (const rest of [
      '',
      '0',
      '2',
      '3',
      '4',
      '5',
      '51-',
      '2["a"]',
      '30[',
      '9',
      '{}',
      '2/x,["a"]',
      '\u0000',
    ]) {
      try {
        createPacketCodec().decode(first + rest);
      } catch (error) {
        expect(['ESOCKETIO', 'EOF']).toContain((error as { code?: string }).code);
      }
    }
});
