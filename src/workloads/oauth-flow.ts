/** One authorization by code and PKCE, as the browser of a user and the server of a client perform it. */
import type { Steps } from '../operations.ts';
import { type Cookies, formAction, openBrowser, redirectOf } from '../protocols/browser.ts';
import type { Http, HttpResponse } from '../protocols/http.ts';
import {
  authorizationUrl,
  beginAuthorization,
  codeFrom,
  holdsToken,
  type OidcClient,
  type OidcProvider,
  type Pending,
  type Tokens,
  tokenForm,
  tokensFrom,
  verifyIdToken,
} from '../protocols/oidc.ts';
import type { DescribedPhase, Mark } from './marks.ts';

/** Who logs in. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** Both parties of a flow. */
export interface Parties {
  readonly provider: OidcProvider;
  readonly client: OidcClient;
  readonly account: Account;
}

/** Every round trip of a flow; those of a visitor who is known are the first, and the last two. */
export const ROUND_TRIPS = [
  asked('authorize', 'log in for this application', 'go to the login page'),
  asked('login-page', 'GET the login page', 'a form'),
  asked('login', 'user and password', 'go on'),
  asked('after-login', 'go on', 'go to the consent page'),
  asked('consent-page', 'GET the consent page', 'a form'),
  asked('consent', 'the user consents', 'go on'),
  asked('after-consent', 'go on', 'go back, with this code'),
  { ...asked('token', 'code, verifier', 'access token, ID token'), from: 'application' },
  { ...asked('userinfo', 'access token', 'who the user is'), from: 'application' },
] as const;
type RoundTrip = (typeof ROUND_TRIPS)[number]['name'];

/** What the browser asks the provider, and what that answers. */
function asked<Name extends string>(name: Name, says: string, answers: string) {
  return { name, from: 'browser', to: 'provider', says, answers } as const satisfies DescribedPhase;
}

/** What the browser has been through. */
export interface Authorized {
  readonly pending: Pending;
  /** Where it was sent at last, to the client; `undefined` if the provider refused to send it there. */
  readonly callback: string | undefined;
  /** All addresses that it was sent to, the last one included. */
  readonly redirects: readonly string[];
  readonly last: HttpResponse;
}

/** A flow has more steps than any has. */
const MOST_REDIRECTS = 12;

/**
 * The browser's part: it asks the provider, logs in and consents where it is asked to, until it is sent back to
 * the client.
 */
export function* authorize(
  http: Http,
  cookies: Cookies,
  { provider, client, account }: Parties,
  mark: Mark,
  options: { readonly hasChallenge?: boolean } = {},
): Steps<Authorized> {
  const browser = openBrowser(http, cookies);
  const pending = beginAuthorization();
  const redirects: string[] = [];
  let trip: RoundTrip = 'authorize';
  let response = yield* browser.get(pathOf(authorizationUrl(provider, client, pending, options), provider));
  mark(trip);
  for (let times = 0; times < MOST_REDIRECTS; times++) {
    const target = redirectOf(response, provider.issuer);
    if (target === undefined) return { pending, callback: undefined, redirects, last: response };
    redirects.push(target);
    if (target.startsWith(client.redirectUri))
      return { pending, callback: target, redirects, last: response };
    response = yield* browser.get(pathOf(target, provider));
    trip = FOLLOWED_BY[trip] ?? trip;
    mark(trip);
    if (response.status !== 200) continue;
    // A page, with a form for the user.
    const form = formAction(response);
    const fields = trip === 'login-page' ? { ...account } : {};
    response = yield* browser.post(pathOf(new URL(form, provider.issuer).href, provider), fields);
    trip = FOLLOWED_BY[trip] ?? trip;
    mark(trip);
  }
  throw wrong('the provider sends the browser round in circles');
}

const FOLLOWED_BY: Partial<Record<RoundTrip, RoundTrip>> = {
  authorize: 'login-page',
  'login-page': 'login',
  login: 'after-login',
  'after-login': 'consent-page',
  'consent-page': 'consent',
  consent: 'after-consent',
};

/** The path of an address of the provider's own. @throws Error `EOIDC` if it is somebody else's. */
function pathOf(address: string, { issuer }: OidcProvider): string {
  const url = new URL(address);
  if (url.origin !== new URL(issuer).origin)
    throw wrong(`the provider sends the browser to ${url.origin}, which nobody has asked for`);
  return url.pathname + url.search;
}

/** The client's part, from server to server: exchanges the code for tokens. */
export function* exchangeCode(
  http: Http,
  { provider, client }: Parties,
  code: string,
  verifier: string,
): Steps<HttpResponse> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams(tokenForm(client, code, verifier)).toString();
  const path = pathOf(provider.tokenEndpoint, provider);
  return yield* http.exchange({ method: 'POST', path, headers, body });
}

/** Asks who the user is, with an access token. */
export function* askUserinfo(http: Http, { provider }: Parties, accessToken: string): Steps<HttpResponse> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return yield* http.exchange({ path: pathOf(provider.userinfoEndpoint, provider), headers });
}

/**
 * The whole flow, each round trip a phase, and what makes it what it is verified: the state, the nonce and
 * the signature of the ID token, that both name the same user, and that no address held a token.
 * @throws Error `EOIDC`, `ELEAK` for a token in an address.
 */
export function* logIn(http: Http, cookies: Cookies, parties: Parties, mark: Mark): Steps<Authorized> {
  const { provider, client } = parties;
  const authorized = yield* authorize(http, cookies, parties, mark);
  const { callback, pending, last } = authorized;
  if (callback === undefined) throw wrong(`the provider refuses (${last.status})`);
  const code = codeFrom(callback, pending, provider);
  const answer = yield* exchangeCode(http, parties, code, pending.verifier);
  mark('token');
  const tokens = tokensFrom(answer.body.toString());
  const subject = verifyIdToken(tokens.idToken, provider, client, pending);
  const userinfo = yield* askUserinfo(http, parties, tokens.accessToken);
  mark('userinfo');
  requireSubject(userinfo, subject);
  requireNoToken(authorized, tokens);
  return authorized;
}

function requireSubject({ status, body }: HttpResponse, subject: string): void {
  if (status !== 200) throw wrong(`who the user is, is not said (${status})`);
  if ((JSON.parse(body.toString()) as { sub?: unknown }).sub !== subject)
    throw wrong('the ID token and the provider name two users');
}

/** @throws Error `ELEAK`, with the address, in which the token is shortened. */
export function requireNoToken({ redirects }: Pick<Authorized, 'redirects'>, tokens: Tokens): void {
  const leak = redirects.find((address) => holdsToken(address, tokens));
  if (leak === undefined) return;
  const shown = leak.replace(/\b(access_token|id_token|code|state)=([^&#]{0,6})[^&#]*/g, '$1=$2…');
  throw Object.assign(new Error(`the token stands in the address that the browser was sent to: ${shown}`), {
    code: 'ELEAK',
  });
}

export const wrong = (message: string): Error => Object.assign(new Error(message), { code: 'EOIDC' });
