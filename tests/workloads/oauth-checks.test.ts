/** What a careless provider lets pass is found: one in memory, with one flaw at a time. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Http, HttpRequest, HttpResponse } from '../../src/protocols/http.ts';
import { checkRefusals } from '../../src/workloads/oauth-checks.ts';
import { type Parties, requireNoToken } from '../../src/workloads/oauth-flow.ts';
import { resultOf } from '../protocols/scripted-stream.ts';

const ISSUER = 'http://127.0.0.1:1000';
const CALLBACK = 'http://127.0.0.1:9/callback';
const parties: Parties = {
  provider: {
    issuer: ISSUER,
    authorizationEndpoint: `${ISSUER}/auth`,
    tokenEndpoint: `${ISSUER}/token`,
    userinfoEndpoint: `${ISSUER}/me`,
    keys: [],
  },
  client: { clientId: 'app', redirectUri: CALLBACK, scope: 'openid', responseType: 'code' },
  account: { user: 'ada', password: 'lovelace' },
};

type Flaw = 'code twice' | 'token stays' | 'any verifier' | 'no pkce' | 'any redirect';

/** Knows its visitors: each authorization is answered with a code at once. */
function providerWith(flaw?: Flaw): Http {
  const codes = new Map<string, { challenge: string; token: string; isUsed: boolean }>();
  const revoked = new Set<string>();
  const answer = (status: number, body: object, location?: string): HttpResponse => ({
    status,
    headers: location === undefined ? [] : [['location', location]],
    body: Buffer.from(JSON.stringify(body)),
    keepsAlive: true,
  });
  const invalid = () => answer(400, { error: 'invalid_grant' });

  function authorized(asked: URLSearchParams): HttpResponse {
    const redirect = asked.get('redirect_uri') ?? '';
    if (redirect !== CALLBACK && flaw !== 'any redirect') return answer(400, {});
    const challenge = asked.get('code_challenge') ?? '';
    const back = (more: Record<string, string>) =>
      answer(303, {}, `${redirect}?${new URLSearchParams({ state: asked.get('state') ?? '', ...more })}`);
    if (challenge === '' && flaw !== 'no pkce') return back({ error: 'invalid_request' });
    const code = `code-${codes.size}`;
    codes.set(code, { challenge, token: `token-${codes.size}`, isUsed: false });
    return back({ code });
  }
  function exchanged(form: URLSearchParams): HttpResponse {
    const known = codes.get(form.get('code') ?? '');
    if (!known) return invalid();
    const hash = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (hash !== known.challenge && flaw !== 'any verifier') return invalid();
    if (known.isUsed) {
      if (flaw !== 'token stays') revoked.add(known.token);
      if (flaw !== 'code twice') return invalid();
    }
    known.isUsed = true;
    return answer(200, { access_token: known.token, id_token: 'x', token_type: 'Bearer' });
  }
  function respond({ path, body = '', headers = {} }: HttpRequest): HttpResponse {
    const url = new URL(path, ISSUER);
    if (url.pathname === '/auth') return authorized(url.searchParams);
    if (url.pathname === '/token') return exchanged(new URLSearchParams(body));
    const token = headers.authorization?.slice('Bearer '.length) ?? '';
    return answer(revoked.has(token) ? 401 : 200, {});
  }
  return {
    // biome-ignore lint/correctness/useYield: it is done without an operation
    *exchange(request) {
      return respond(request);
    },
    keepsAlive: true,
    *close() {},
  };
}

test('a provider that refuses all of it passes', () => {
  expect(() => resultOf(checkRefusals(providerWith(), parties))).not.toThrow();
});

describe('a provider with a flaw is found out:', () => {
  test.each([
    ['code twice', /a code works twice/],
    ['token stays', /the token of a code that came twice still works/],
    ['any verifier', /the verifier of another authorization/],
    ['no pkce', /without PKCE is not refused/],
    ['any redirect', /an address that the client has not registered/],
  ] as const)('%s', (flaw, why) => {
    expect(() => resultOf(checkRefusals(providerWith(flaw), parties))).toThrow(
      expect.objectContaining({ code: 'EOIDC', message: expect.stringMatching(why) }),
    );
  });
});

test('a token in an address is shown, shortened', () => {
  const tokens = { accessToken: 'long-secret-token', idToken: 'another' };
  const clean = { redirects: [`${CALLBACK}?code=c`] };
  expect(() => requireNoToken(clean, tokens)).not.toThrow();
  const redirects = [`${CALLBACK}#code=abcdefghij&access_token=long-secret-token`];
  expect(() => requireNoToken({ redirects }, tokens)).toThrow(
    expect.objectContaining({
      code: 'ELEAK',
      message: expect.stringMatching(/address.*#code=abcdef…&access_token=long-s…$/),
    }),
  );
});
