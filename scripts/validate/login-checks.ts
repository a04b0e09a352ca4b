/** What the checks of a login by OpenID Connect cost, beside the whole of it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  beginAuthorization,
  codeFrom,
  holdsToken,
  type OidcProvider,
  type Pending,
  verifyIdToken,
} from '../../dist/protocols/oidc.js';
import { firstCell, run } from './iobench.ts';
import type { Check } from './main.ts';

const MOST_SHARE = 0.05;
const TIMES = 2000;
const CLIENT = {
  clientId: 'app',
  redirectUri: 'http://app.test/cb',
  scope: 'openid',
  responseType: 'code',
} as const;

export function loginChecks(): Check[] {
  const { cpu, serviceNs } = firstCell(
    run(
      'oauth-code-flow',
      '-p',
      'oauth-code-flow.visit=known',
      '-m',
      'epoll',
      '-c',
      '1',
      '-t',
      '3',
      '-d',
      '2s',
    ),
  );
  const { allNs, signatureNs } = checksNs();
  const meanNs = serviceNs.mean ?? Number.NaN;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    {
      what: 'oauth-code-flow, a visitor who is known, 1 client: its checks / the time of the request',
      bar: `under ${percent(MOST_SHARE)}`,
      found: `${percent(allNs / meanNs)} (${(allNs / 1e3).toFixed(0)} us, of which the signature ${(signatureNs / 1e3).toFixed(0)} us; of the client's CPU time ${percent(allNs / cpu.perRequestNs)})`,
      isMet: allNs < MOST_SHARE * meanNs,
    },
  ];
}

/** Of one request, as the workload performs them; `signatureNs` is of the ID token by itself. */
function checksNs(): { readonly allNs: number; readonly signatureNs: number } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pending = beginAuthorization();
  const issuer = 'http://provider.test';
  const provider: OidcProvider = {
    issuer,
    authorizationEndpoint: `${issuer}/auth`,
    tokenEndpoint: `${issuer}/token`,
    userinfoEndpoint: `${issuer}/me`,
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k' }],
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = { iss: issuer, aud: CLIENT.clientId, nonce: pending.nonce, sub: 'user' };
  const unsigned = `${part({ alg: 'ES256', kid: 'k' })}.${part(content)}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const idToken = `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
  const callback = `${CLIENT.redirectUri}?code=${pending.verifier}&state=${pending.state}&iss=${issuer}`;

  return {
    allNs: medianNs(() => check(provider, pending, callback, idToken)),
    signatureNs: medianNs(() => verifyIdToken(idToken, provider, CLIENT, pending)),
  };
}

function check(provider: OidcProvider, pending: Pending, callback: string, idToken: string): void {
  codeFrom(callback, pending, provider);
  verifyIdToken(idToken, provider, CLIENT, pending);
  if (holdsToken(callback, { accessToken: pending.verifier.toUpperCase(), idToken }))
    throw new Error('there is no token in the address');
}

function medianNs(perform: () => void): number {
  const times: number[] = [];
  for (let time = 0; time < 2 * TIMES; time++) {
    const began = performance.now();
    perform();
    // The first half warms the code.
    if (time >= TIMES) times.push(performance.now() - began);
  }
  return (times.sort((a, b) => a - b)[TIMES >> 1] as number) * 1e6;
}
