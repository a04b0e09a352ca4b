/**
 * The messages of OpenID Connect's authorization code flow with PKCE, as a client makes and verifies them
 * (OpenID Connect Core 1.0, 3.1; RFC 6749, 4.1; RFC 7636). No I/O: they travel by HTTP.
 */
import {
  createHash,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  verify,
} from 'node:crypto';

/** What a client knows of its provider (OpenID Connect Discovery 1.0). Plain data. */
export interface OidcProvider {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint: string;
  /** Those that its tokens are signed with. */
  readonly keys: readonly JsonWebKey[];
}

/** How a client is registered. */
export interface OidcClient {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  /** `code`; or with a token in the address, as it was done before PKCE. */
  readonly responseType: 'code' | 'code token';
}

/** What identifies one authorization; the client keeps it until the end. */
export interface Pending {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: its hash is sent first, and itself with the code. */
  readonly verifier: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
}

/** Enough that nobody guesses it. */
const RANDOM_BYTES = 32;

/** What a client may not accept. */
const refused = (message: string): Error => Object.assign(new Error(message), { code: 'EOIDC' });

export function beginAuthorization(): Pending {
  const random = () => randomBytes(RANDOM_BYTES).toString('base64url');
  return { state: random(), nonce: random(), verifier: random() };
}

/** The address that a browser is sent to. Without a challenge, as a client without PKCE would. */
export function authorizationUrl(
  { authorizationEndpoint }: OidcProvider,
  { clientId, redirectUri, scope, responseType }: OidcClient,
  { state, nonce, verifier }: Pending,
  { hasChallenge = true }: { readonly hasChallenge?: boolean } = {},
): string {
  const url = new URL(authorizationEndpoint);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const asked = { client_id: clientId, redirect_uri: redirectUri, scope, response_type: responseType };
  url.search = new URLSearchParams({ ...asked, state, nonce, ...(hasChallenge ? pkce : {}) }).toString();
  return url.href;
}

/**
 * What the browser brings back: the code.
 * @throws Error `EOIDC` if it is an error, of another authorization, or of another issuer (RFC 9207).
 */
export function codeFrom(callback: string, { state }: Pending, { issuer }: OidcProvider): string {
  const url = new URL(callback);
  const answer = new URLSearchParams(url.search || url.hash.slice(1));
  const error = answer.get('error');
  if (error !== null) throw refused(`the provider refuses: ${error}`);
  if (answer.get('state') !== state) throw refused('the state is not that of this authorization');
  if ((answer.get('iss') ?? issuer) !== issuer) throw refused('the answer is of another issuer');
  const code = answer.get('code');
  if (code === null || code === '') throw refused('the provider sends no code');
  return code;
}

/** The body of the request that exchanges a code for tokens, as a form. */
export const tokenForm = (
  { clientId, redirectUri }: OidcClient,
  code: string,
  verifier: string,
): Readonly<Record<string, string>> => ({
  grant_type: 'authorization_code',
  client_id: clientId,
  redirect_uri: redirectUri,
  code,
  code_verifier: verifier,
});

/** @throws Error `EOIDC` if the provider's answer has no tokens. */
export function tokensFrom(body: string): Tokens {
  const { access_token, id_token, token_type } = objectFrom(body, 'the answer of the token endpoint');
  if (typeof access_token !== 'string' || typeof id_token !== 'string')
    throw refused('the token endpoint sends no tokens');
  if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer')
    throw refused('the access token is not a bearer token');
  return { accessToken: access_token, idToken: id_token };
}

const keys = new WeakMap<OidcProvider, Map<string, KeyObject>>();

/**
 * Verifies who an ID token is from, whom it is for, and of which authorization it is; its signature by the
 * provider's key, since nothing else vouches for it where HTTP is plain (Core 3.1.3.7). Returns the subject.
 * @throws Error `EOIDC` with what is wrong.
 */
export function verifyIdToken(
  idToken: string,
  provider: OidcProvider,
  { clientId }: OidcClient,
  { nonce }: Pick<Pending, 'nonce'>,
): string {
  const [head = '', content = '', signature = '', ...rest] = idToken.split('.');
  if (rest.length > 0 || signature === '') throw refused('the ID token is no signed token');
  const { alg, kid } = objectFrom(decoded(head), 'the head of the ID token');
  if (alg !== 'ES256') throw refused('the ID token is signed in another way than was agreed on');
  const key = keyOf(provider, String(kid));
  const bytes = Buffer.from(`${head}.${content}`);
  const signed = { key, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', bytes, signed, Buffer.from(signature, 'base64url')))
    throw refused('the signature of the ID token is not of the provider');
  const claims = objectFrom(decoded(content), 'the ID token');
  if (claims.iss !== provider.issuer) throw refused('the ID token is of another issuer');
  if (![claims.aud].flat().includes(clientId)) throw refused('the ID token is for another client');
  if (claims.nonce !== nonce) throw refused('the nonce is not that of this authorization');
  if (typeof claims.sub !== 'string' || claims.sub === '') throw refused('the ID token names nobody');
  return claims.sub;
}

function keyOf(provider: OidcProvider, kid: string): KeyObject {
  const known = keys.get(provider) ?? new Map<string, KeyObject>();
  keys.set(provider, known);
  const made = known.get(kid);
  if (made) return made;
  const key = provider.keys.find((each) => each.kid === kid);
  if (!key) throw refused('the ID token is signed by a key that the provider does not have');
  const imported = createPublicKey({ key, format: 'jwk' });
  known.set(kid, imported);
  return imported;
}

/**
 * Whether an address holds a token: as a parameter of that name, or anywhere. What a browser is redirected to
 * is in its history, and in the logs of servers (RFC 9700, 2.1.2 and 4.3).
 */
export function holdsToken(address: string, { accessToken, idToken }: Tokens): boolean {
  return (
    /[?#&](?:access_token|id_token)=/.test(address) ||
    address.includes(accessToken) ||
    address.includes(idToken)
  );
}

const decoded = (part: string): string => Buffer.from(part, 'base64url').toString();

function objectFrom(text: string, what: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // As below.
  }
  throw refused(`${what} is no object of JSON`);
}
