import { createHash, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  authorizationUrl,
  beginAuthorization,
  codeFrom,
  holdsToken,
  type OidcClient,
  type OidcProvider,
  tokenForm,
  tokensFrom,
  verifyIdToken,
} from '../../src/protocols/oidc.ts';

const ISSUER = 'http://127.0.0.1:1000';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const provider: OidcProvider = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/auth`,
  tokenEndpoint: `${ISSUER}/token`,
  userinfoEndpoint: `${ISSUER}/me`,
  keys: [{ ...(publicKey.export({ format: 'jwk' }) as JsonWebKey), kid: 'k' }],
};
const client: OidcClient = {
  clientId: 'app',
  redirectUri: 'http://127.0.0.1:9/callback',
  scope: 'openid',
  responseType: 'code',
};
const refusal = (why: RegExp) =>
  expect.objectContaining({ code: 'EOIDC', message: expect.stringMatching(why) });

test('an authorization asks with a state, a nonce, and the hash of its verifier', () => {
  const pending = beginAuthorization();
  const url = new URL(authorizationUrl(provider, client, pending));
  expect(url.origin + url.pathname).toBe(`${ISSUER}/auth`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'app',
    redirect_uri: client.redirectUri,
    scope: 'openid',
    response_type: 'code',
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: createHash('sha256').update(pending.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  expect(pending.verifier).toHaveLength(43);
  expect(beginAuthorization().state).not.toBe(pending.state);
  expect(tokenForm(client, 'c', pending.verifier)).toMatchObject({
    code: 'c',
    code_verifier: pending.verifier,
  });
});

describe('what the browser brings back', () => {
  const pending = { state: 's', nonce: 'n', verifier: 'v' };
  const from = (parameters: string) => codeFrom(`${client.redirectUri}${parameters}`, pending, provider);
  test('a code, in the query or behind the #', () => {
    expect(from(`?code=c&state=s&iss=${encodeURIComponent(ISSUER)}`)).toBe('c');
    expect(from('#code=c&state=s&access_token=t')).toBe('c');
  });
  test.each([
    ['?error=access_denied&state=s', /refuses: access_denied/],
    ['?code=c&state=other', /state/],
    ['?code=c', /state/],
    ['?code=c&state=s&iss=https%3A%2F%2Fevil.example', /another issuer/],
    ['?state=s', /no code/],
  ])('%s is refused', (parameters, why) => expect(() => from(parameters)).toThrow(refusal(why)));
});

test('tokens are taken from an answer, and nothing else', () => {
  const answer = { access_token: 'a', id_token: 'i', token_type: 'Bearer' };
  expect(tokensFrom(JSON.stringify(answer))).toEqual({ accessToken: 'a', idToken: 'i' });
  for (const [body, why] of [
    ['<html>', /no object of JSON/],
    [JSON.stringify({ ...answer, id_token: undefined }), /no tokens/],
    [JSON.stringify({ ...answer, token_type: 'DPoP' }), /not a bearer token/],
  ] as const)
    expect(() => tokensFrom(body)).toThrow(refusal(why));
});

describe('an ID token', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: ISSUER, aud: 'app', nonce: 'n', sub: 'ada' };
  function signed(changed: object, head: object = { alg: 'ES256', kid: 'k' }, key = privateKey): string {
    const text = `${encoded(head)}.${encoded({ ...claims, ...changed })}`;
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }
  const subjectOf = (token: string) => verifyIdToken(token, provider, client, { nonce: 'n' });

  test('names its subject', () => {
    expect(subjectOf(signed({}))).toBe('ada');
    expect(subjectOf(signed({ aud: ['other', 'app'] }))).toBe('ada');
  });
  test.each([
    ['another issuer', { iss: 'https://evil.example' }, /another issuer/],
    ['another client', { aud: 'other' }, /another client/],
    ['another nonce', { nonce: 'm' }, /nonce/],
    ['no subject', { sub: '' }, /nobody/],
  ])('of %s is refused', (_what, changed, why) =>
    expect(() => subjectOf(signed(changed))).toThrow(refusal(why)),
  );
  test('that is signed by somebody else, in another way, or not, is refused', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(() => subjectOf(signed({}, { alg: 'ES256', kid: 'k' }, other))).toThrow(refusal(/signature/));
    expect(() => subjectOf(signed({}, { alg: 'ES256', kid: 'x' }))).toThrow(refusal(/a key that/));
    expect(() => subjectOf(signed({}, { alg: 'none', kid: 'k' }))).toThrow(refusal(/another way/));
    const [head, content] = signed({}).split('.');
    expect(() => subjectOf(`${head}.${content}.`)).toThrow(refusal(/no signed token/));
    const forged = signed({}).replace(/\.[^.]*\./, `.${encoded({ ...claims, sub: 'eve' })}.`);
    expect(() => subjectOf(forged)).toThrow(refusal(/signature/));
  });
});

test('a token is found in an address by its name and by itself', () => {
  const tokens = { accessToken: 'secret-a', idToken: 'secret-i' };
  const found = (address: string) => holdsToken(address, tokens);
  expect(found('http://a/callback?code=c&state=s')).toBe(false);
  expect(found('http://a/callback#code=c&access_token=other')).toBe(true);
  expect(found('http://a/callback?id_token=other')).toBe(true);
  expect(found('http://a/callback?x=secret-a')).toBe(true);
  expect(found('http://a/secret-i')).toBe(true);
});
