import { expect, test } from 'vitest';
import { createScram } from '../../src/protocols/scram.ts';

/** The exchange that RFC 7677 shows, section 3. */
const EXAMPLE = { user: 'user', password: 'pencil', nonce: 'rOprNGfwEbeRWgbNEkqO' };
const SERVER_FIRST = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
const SERVER_FINAL = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

test('the exchange of the standard', () => {
  const scram = createScram(EXAMPLE);
  expect(scram.first).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
  expect(scram.answer(SERVER_FIRST)).toBe(
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  );
  scram.verify(SERVER_FINAL);
});

test('a nonce is not used twice', () => {
  expect(createScram({ password: 'x' }).first).not.toBe(createScram({ password: 'x' }).first);
});

const refusal = (why: string) =>
  expect.objectContaining({ code: 'ESCRAM', message: expect.stringContaining(why) });

test.each([
  ['a nonce of its own', SERVER_FIRST.replace('rOpr', 'xxxx'), 'nonce'],
  ['only our nonce', SERVER_FIRST.replace(/%[^,]*/, ''), 'nonce'],
  ['no salt', SERVER_FIRST.replace(/s=[^,]*,/, ''), 'salt'],
  ['iterations for hours', SERVER_FIRST.replace('4096', '4000000000'), 'iterations'],
  ['nothing', '', 'nonce'],
])('a server that sends %s is refused', (_what, first, why) => {
  expect(() => createScram(EXAMPLE).answer(first)).toThrow(refusal(why));
});

test.each([
  [
    'a signature by another password',
    `v=${Buffer.alloc(32).toString('base64')}`,
    'does not know the password',
  ],
  ['no signature', '', 'does not know the password'],
  ['an error', 'e=invalid-proof', 'it refuses: invalid-proof'],
])('a server that ends with %s is refused', (_what, last, why) => {
  const scram = createScram(EXAMPLE);
  scram.answer(SERVER_FIRST);
  expect(() => scram.verify(last)).toThrow(refusal(why));
});
