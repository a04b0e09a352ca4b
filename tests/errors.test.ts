/** Whatever was thrown is told in words, and nothing is thrown meanwhile. */
import { describe, expect, test } from 'vitest';
import { isUserError, messageOf, namedMessageOf, UserError } from '../src/errors.ts';
import { errorCode, errorMessage } from '../src/run/trial/requests.ts';

const refuse = () => {
  throw new Error('no');
};
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

describe('what was thrown', () => {
  test.each<[string, unknown, string]>([
    ['an error', new Error('away'), 'away'],
    ['an error without a message', new TypeError(''), 'TypeError'],
    ['an error of another realm', { name: 'Error', message: 'away' }, 'away'],
    ['an error whose message is no text', Object.assign(new Error(), { message: {} }), 'Error'],
    ['nothing', undefined, 'it threw undefined'],
    ['a number', 5, 'it threw 5'],
    ['a text', '', 'it threw ""'],
    ['a symbol', Symbol('x'), 'it threw Symbol(x)'],
    ['a function', refuse, 'it threw a function'],
    ['an object without a prototype', Object.create(null), 'it threw an object without a message'],
    [
      'an object that is no text',
      { toString: refuse, [Symbol.toPrimitive]: refuse },
      'it threw an object without a message',
    ],
    [
      'a proxy that throws',
      new Proxy({}, { get: refuse, getPrototypeOf: refuse }),
      'it threw an object without a message',
    ],
    ['a revoked proxy', revoked, 'it threw an object without a message'],
  ])('%s', (_what, thrown, said) => {
    expect(messageOf(thrown)).toBe(said);
    expect(namedMessageOf(thrown)).toContain(said);
    expect(errorMessage(thrown)).toBe(said);
    expect(errorCode(thrown)).toMatch(/^\w+$/);
    expect(isUserError(thrown)).toBe(false);
  });

  test('by its name, if asked', () => {
    expect(namedMessageOf(new RangeError('too far'))).toBe('RangeError: too far');
    expect(isUserError(new UserError('x'))).toBe(true);
  });
});
