/** What a provider has to refuse, tried by a visitor of its own. */
import type { Steps } from '../operations.ts';
import type { Http, HttpResponse } from '../protocols/http.ts';
import { beginAuthorization, codeFrom, tokensFrom } from '../protocols/oidc.ts';
import { askUserinfo, authorize, exchangeCode, type Parties, wrong } from './oauth-flow.ts';

const unmarked = () => {};

/** @throws Error `EOIDC` with what the provider has let pass. */
export function* checkRefusals(http: Http, parties: Parties): Steps<void> {
  yield* checkCodeWorksOnce(http, parties);
  yield* checkWrongVerifier(http, parties);
  yield* checkMissingChallenge(http, parties);
  yield* checkForeignRedirect(http, parties);
}

/** A code that comes twice was stolen by one of the two: what it gave is taken back (RFC 6749, 4.1.2). */
function* checkCodeWorksOnce(http: Http, parties: Parties): Steps<void> {
  const { code, verifier } = yield* newCode(http, parties);
  const first = yield* exchangeCode(http, parties, code, verifier);
  const { accessToken } = tokensFrom(first.body.toString());
  requireStatus(yield* askUserinfo(http, parties, accessToken), 200, 'an access token does not work');
  requireError(yield* exchangeCode(http, parties, code, verifier), 'invalid_grant', 'a code works twice');
  requireStatus(
    yield* askUserinfo(http, parties, accessToken),
    401,
    'the token of a code that came twice still works',
  );
}

function* checkWrongVerifier(http: Http, parties: Parties): Steps<void> {
  const { code } = yield* newCode(http, parties);
  const { verifier } = beginAuthorization();
  const answer = yield* exchangeCode(http, parties, code, verifier);
  requireError(answer, 'invalid_grant', 'a code works with the verifier of another authorization');
}

function* checkMissingChallenge(http: Http, parties: Parties): Steps<void> {
  const { callback } = yield* authorize(http, new Map(), parties, unmarked, { hasChallenge: false });
  const answer = callback === undefined ? undefined : new URL(callback);
  const parameters = new URLSearchParams(answer?.search || answer?.hash.slice(1));
  if (parameters.has('code') || parameters.get('error') !== 'invalid_request')
    throw wrong('an authorization without PKCE is not refused');
}

function* checkForeignRedirect(http: Http, parties: Parties): Steps<void> {
  const foreign = { ...parties.client, redirectUri: 'https://foreign.example/callback' };
  const { redirects, last } = yield* authorize(http, new Map(), { ...parties, client: foreign }, unmarked);
  if (redirects.length > 0 || last.status !== 400)
    throw wrong('the browser is sent to an address that the client has not registered');
}

/** A flow up to its code, by a visitor who was never here. */
function* newCode(http: Http, parties: Parties): Steps<{ code: string; verifier: string }> {
  const { callback, pending, last } = yield* authorize(http, new Map(), parties, unmarked);
  if (callback === undefined) throw wrong(`the provider refuses (${last.status})`);
  return { code: codeFrom(callback, pending, parties.provider), verifier: pending.verifier };
}

function requireStatus({ status }: HttpResponse, expected: number, otherwise: string): void {
  if (status !== expected) throw wrong(`${otherwise} (${status})`);
}

function requireError({ status, body }: HttpResponse, code: string, otherwise: string): void {
  if (status !== 400 || !body.toString().includes(`"${code}"`)) throw wrong(`${otherwise} (${status})`);
}
