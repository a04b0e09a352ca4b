import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/protocols/postgres.ts';
import { createPostgresCodec } from '../../src/protocols/postgres-messages.ts';
import { expectAlike, expectRefusals } from './pieces.ts';
import { resultOf, scriptedStream } from './scripted-stream.ts';

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
/** A message as a server sends it. */
const message = (kind: string, ...parts: (string | Buffer)[]) => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from(kind), int32(4 + body.length), body]);
};
const row = (...fields: (string | null)[]) =>
  message(
    'D',
    Buffer.from([0, fields.length]),
    ...fields.flatMap((field) => (field === null ? [int32(-1)] : [int32(Buffer.byteLength(field)), field])),
  );
const failure = (severity: string, code: string, text: string) =>
  message('E', `S${severity}\0V${severity}\0C${code}\0M${text}\0\0`);
const ready = message('Z', 'I');
const completed = message('C', 'SELECT 1\0');
const authentication = (kind: number, ...parts: (string | Buffer)[]) => message('R', int32(kind), ...parts);

describe('messages', () => {
  test('several at once, wherever they are cut', () => {
    const bytes = Buffer.concat([
      authentication(0),
      message('S', 'server_version\x0015\0'),
      row('7', null, 'grüße'),
      row(''),
      completed,
      ready,
    ]);
    const shown = () => {
      const codec = createPostgresCodec();
      return {
        decode: (piece: Uint8Array) =>
          codec.decode(piece).map((each) => [each.name, (each as { fields?: unknown }).fields]),
      };
    };
    expectAlike(shown, bytes, [
      ['authenticationOk', undefined],
      ['parameterStatus', undefined],
      ['dataRow', ['7', null, 'grüße']],
      ['dataRow', ['']],
      ['commandComplete', undefined],
      ['readyForQuery', undefined],
    ]);
  });

  const refusal = (why: string) =>
    expect.objectContaining({ code: 'EPOSTGRES', message: expect.stringContaining(why) });
  test.each([
    ['another protocol', Buffer.from('HTTP/1.1 400'), 'H announces'],
    ['a length that is none', Buffer.from([0x5a, 0, 0, 0, 3]), 'Z announces 3 bytes'],
    ['an oversize row', Buffer.from([0x44, 0x40, 0, 0, 1]), 'D announces 1073741825 bytes'],
    ['an oversize state', Buffer.from([0x5a, 0, 0, 0x75, 0x31]), 'Z announces 30001 bytes'],
  ])('%s is refused with a sentence', (_what, bytes, why) => {
    expect(() => createPostgresCodec().decode(bytes)).toThrow(refusal(why));
  });

  test('garbage is refused', () => expectRefusals(createPostgresCodec, 'EPOSTGRES'));
});

const LOGIN = { user: 'iobench', password: 'secret', database: 'postgres' };

/** The server's side of the login, which knows that password. */
function loggedIn(password = 'secret') {
  const stream = scriptedStream();
  const salt = Buffer.from('salt of a server');
  const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  let first = '';
  let bare = '';
  stream.arrives(
    authentication(10, 'SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0'),
    () => {
      bare = /n,,(n=,r=\S+)$/.exec(stream.sent[1]?.toString('latin1') ?? '')?.[1] ?? '';
      first = `${bare.slice(3)}more,s=${salt.toString('base64')},i=4096`;
      return authentication(11, first);
    },
    () => {
      const [, withoutProof = '', proof = ''] =
        /(c=biws,r=\S+),p=(\S+)$/.exec(stream.sent[2]?.toString('latin1') ?? '') ?? [];
      const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
      const signed = `${bare},${first},${withoutProof}`;
      const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
      const key = Buffer.from(
        Buffer.from(proof, 'base64').map((byte, at) => byte ^ (hmac(stored, signed)[at] as number)),
      );
      if (!createHash('sha256').update(key).digest().equals(stored))
        return failure('FATAL', '28P01', 'password authentication failed');
      const signature = hmac(hmac(salted, 'Server Key'), signed).toString('base64');
      return Buffer.concat([authentication(12, `v=${signature}`), authentication(0), ready]);
    },
  );
  return stream;
}

describe('a client', () => {
  test('proves its password, and has the server prove it', () => {
    const stream = loggedIn();
    resultOf(openPostgres(stream, LOGIN));
    expect(stream.sent).toHaveLength(3);
    expect(Buffer.concat(stream.sent).includes('secret')).toBe(false);
    expect(() => resultOf(openPostgres(loggedIn('another'), LOGIN))).toThrow(
      expect.objectContaining({ code: '28P01' }),
    );
  });

  test.each([
    ['in clear', authentication(3), 'CleartextPassword'],
    ['by MD5', authentication(5, 'salt'), 'MD5Password'],
    ['by another mechanism', authentication(10, 'OTHER\0\0'), 'OTHER'],
  ])('does not send its password %s', (_how, asked, named) => {
    const stream = scriptedStream();
    stream.arrives(asked);
    expect(() => resultOf(openPostgres(stream, LOGIN))).toThrow(
      expect.objectContaining({ code: 'EPOSTGRES', message: expect.stringContaining(named) }),
    );
    expect(stream.sent).toHaveLength(1);
  });

  test('returns rows, and an error once the server is ready again', () => {
    const stream = loggedIn();
    const database = resultOf(openPostgres(stream, LOGIN));
    stream.arrives(Buffer.concat([message('1'), ready]));
    resultOf(database.prepare('name', 'select $1'));
    stream.arrives(Buffer.concat([message('2'), row('a', null), row('b', 'c'), completed]), ready);
    expect(resultOf(database.execute('name', ['1']))).toEqual([
      ['a', null],
      ['b', 'c'],
    ]);
    stream.arrives(failure('ERROR', '22012', 'division by zero'), ready);
    expect(() => resultOf(database.query('select 1 / $1', ['0']))).toThrow(
      expect.objectContaining({ code: '22012', message: 'division by zero' }),
    );
    stream.arrives(Buffer.concat([row('1'), completed, ready]));
    expect(resultOf(database.run('select 1'))).toEqual([['1']]);
    resultOf(database.close());
    expect(stream.sent.at(-1)?.[0]).toBe('X'.charCodeAt(0));
    expect(stream.isClosed).toBe(true);
  });

  test('a server that ends the session, and one that closes', () => {
    const stream = loggedIn();
    const database = resultOf(openPostgres(stream, LOGIN));
    stream.arrives(failure('FATAL', '57P01', 'terminating connection'));
    expect(() => resultOf(database.run('select 1'))).toThrow(expect.objectContaining({ code: '57P01' }));
    expect(() => resultOf(database.run('select 1'))).toThrow(expect.objectContaining({ code: 'EOF' }));
  });
});
