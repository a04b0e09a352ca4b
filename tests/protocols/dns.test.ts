import { AUTHORITATIVE_ANSWER, decode, encode, type Packet } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { OperationError, type Steps } from '../../src/operations.ts';
import { resolve } from '../../src/protocols/dns.ts';

const SERVER = { host: '127.0.0.1', port: 53 };
const NAME = 'page.iobench.test';
const TRIES = 3;

/** What comes for a question: a message, bytes that are none, or nothing in time. */
type Answer = ((question: Packet) => Packet) | Uint8Array | 'lost';

const answered = (question: Packet, more: Partial<Packet> = {}): Packet => ({
  ...question,
  type: 'response',
  flags: AUTHORITATIVE_ANSWER,
  answers: [{ type: 'A', name: NAME, ttl: 60, data: '192.0.2.1' }],
  ...more,
});

/** Takes a look-up to its end; the network is the list of what each receive gets. */
function lookUp(answers: readonly Answer[]) {
  const questions: Packet[] = [];
  const left = [...answers];
  const steps: Steps<unknown> = resolve(SERVER, NAME, { withinNs: 1e6, tries: TRIES });
  let isClosed = false;
  let step = steps.next();
  while (!step.done) {
    const operation = step.value;
    let value: unknown;
    if (operation.kind === 'connect') {
      expect(operation).toMatchObject({ ...SERVER, transport: 'udp' });
      value = { handle: 'connection' };
    } else if (operation.kind === 'send') questions.push(decode(Buffer.from(operation.buffer)));
    else if (operation.kind === 'receive') {
      expect(operation.withinNs).toBe(1e6);
      const next = left.shift() ?? 'lost';
      if (next === 'lost') {
        step = steps.throw(new OperationError('receive', 'ETIMEDOUT', 'there'));
        continue;
      }
      const bytes = typeof next === 'function' ? encode(next(questions.at(-1) as Packet)) : next;
      Buffer.from(operation.buffer.buffer, operation.buffer.byteOffset).set(bytes);
      value = bytes.length;
    } else isClosed = operation.kind === 'close';
    step = steps.next(value);
  }
  return { result: step.value, questions, isClosed };
}
const failure = (answers: readonly Answer[]) => {
  try {
    return lookUp(answers);
  } catch (error) {
    return error;
  }
};

test('one question, and the addresses of its answer', () => {
  const { result, questions, isClosed } = lookUp([(question) => answered(question)]);
  expect(result).toEqual({ addresses: ['192.0.2.1'], ttlSeconds: 60, tries: 1 });
  expect(questions).toHaveLength(1);
  expect(questions[0]).toMatchObject({ type: 'query', questions: [{ name: NAME, type: 'A' }] });
  expect(questions[0]).toMatchObject({ flag_rd: true });
  expect(isClosed).toBe(true);
});

test('one that is lost is sent again under another number, as often as it may be', () => {
  const { result, questions } = lookUp(['lost', 'lost', (question) => answered(question)]);
  expect(result).toMatchObject({ addresses: ['192.0.2.1'], tries: 3 });
  expect(questions).toHaveLength(3);
  expect(new Set(questions.map(({ id }) => id)).size).toBeGreaterThan(1);
  expect(failure(['lost', 'lost', 'lost'])).toMatchObject({ code: 'ETIMEDOUT' });
});

test('what answers another question is dropped', () => {
  const strays: Answer[] = [
    (question) => answered(question, { id: ((question.id ?? 0) + 1) % 65_536 }),
    (question) => answered(question, { questions: [{ type: 'A', name: 'evil.test' }] }),
    (question) => answered(question, { type: 'query' }),
    Buffer.from('no message'),
    Buffer.alloc(0),
  ];
  const { result, questions } = lookUp([...strays, (question) => answered(question)]);
  expect(result).toMatchObject({ addresses: ['192.0.2.1'], tries: 1 });
  expect(questions).toHaveLength(1);
  expect(failure(Array<Answer>(100).fill(Buffer.from('flood')))).toMatchObject({ code: 'EDNS' });
});

test('the name may come back in another case, and the address behind an alias', () => {
  const questions = [{ type: 'A' as const, name: NAME.toUpperCase() }];
  const { result } = lookUp([
    (question) =>
      answered(question, {
        questions,
        answers: [
          { type: 'CNAME', name: NAME, ttl: 5, data: 'other.test' },
          { type: 'A', name: 'other.test', ttl: 30, data: '192.0.2.7' },
          { type: 'A', name: 'other.test', ttl: 20, data: '192.0.2.8' },
        ],
      }),
  ]);
  expect(result).toMatchObject({ addresses: ['192.0.2.7', '192.0.2.8'], ttlSeconds: 20 });
});

describe('an answer that is no address', () => {
  test.each([
    ['no such name', { flags: 3, answers: [] }, 'ENOTFOUND', /there is no name page/],
    ['no such address', { answers: [] }, 'ENODATA', /no IPv4 address/],
    ['a failure of the server', { flags: 2, answers: [] }, 'EDNS', /fails with the code 2/],
    ['an answer that was cut off', { flags: 1 << 9 }, 'EDNS', /cut off/],
  ] as const)('%s', (_what, more, code, why) => {
    const error = failure([(question) => answered(question, more as Partial<Packet>)]);
    expect(error).toMatchObject({ code, message: expect.stringMatching(why) });
  });
});
