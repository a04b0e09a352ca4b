/** Logging in by OpenID Connect at a real provider. */
import * as oauth from 'oauth4webapi';
import { afterAll, describe, expect, test } from 'vitest';
import { connect, type Steps } from '../src/operations.ts';
import { openHttp } from '../src/protocols/http.ts';
import { streamOver } from '../src/protocols/stream.ts';
import type { MeasuredTrial } from '../src/result.ts';
import { type Authorized, authorize, type Parties, ROUND_TRIPS } from '../src/workloads/oauth-flow.ts';
import type { PeerAddress } from '../src/workloads/workload.ts';
import { engines } from './engines/every-engine.ts';
import { createFixtures, fixtureOrSkip, measured, models, workloads } from './measuring.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
const workload = workloads.find(({ name }) => name === 'oauth-code-flow') ?? expect.unreachable();
const model = (name: string) => models.find((each) => each.name === name) ?? expect.unreachable();

async function logins(name: string, params: Readonly<Record<string, string>>) {
  const plan = { requests: 6, durationNs: 20e9 };
  const [record] = await measured({
    model: model(name),
    workload,
    fixtures,
    params,
    plan,
    concurrencies: [2],
  });
  return record ?? expect.unreachable();
}
const phasesOf = ({ phases = [] }: MeasuredTrial) =>
  phases.filter(({ name, count = 0 }) => count > 0 && name !== 'rest').map(({ name }) => name);

describe.each(['sync-blocking', 'epoll', 'async-promise'])('under %s', (name) => {
  test.each([
    ['first', ROUND_TRIPS.map((trip) => trip.name)],
    ['known', ['authorize', 'token', 'userinfo']],
  ])('a visitor who comes for the %s time, or is known', async (visit, phases) => {
    const record = await logins(name, { visit });
    if (record.status === 'unsupported') return;
    if (record.status !== 'measured') return expect.unreachable(JSON.stringify(record));
    expect(record).toMatchObject({ failed: 0, errors: {} });
    expect(phasesOf(record)).toEqual(phases);
  });
});

function* authorizedBy(parties: Parties, { host, port }: PeerAddress): Steps<Authorized> {
  const http = openHttp(streamOver(yield* connect(host, port)), `${host}:${port}`);
  try {
    return yield* authorize(http, new Map(), parties, () => {});
  } finally {
    yield* http.close();
  }
}

test('with a token in the address, every request fails, and shows it', async () => {
  const record = await logins('epoll', { variant: 'leak' });
  expect(record).toMatchObject({ status: 'failed', errors: { ELEAK: expect.any(Number) } });
  expect(JSON.stringify(record)).toMatch(/https:\/\/app\.example\/callback#.*access_token=/);
});

test('what our own flow begins, another implementation ends', async ({ skip }) => {
  const { value } = await fixtureOrSkip({ workload, fixtures }, skip);
  const { host, port, parties } = value as PeerAddress & { parties: Parties };
  const { runSteps } = engines.find(({ name }) => name === 'promise') ?? expect.unreachable();
  const { callback = '', pending } = await runSteps(authorizedBy(parties, { host, port }));
  const { issuer } = parties.provider;
  const insecure = { [oauth.allowInsecureRequests]: true };
  const discovered = await oauth.discoveryRequest(new URL(issuer), insecure);
  const server = await oauth.processDiscoveryResponse(new URL(issuer), discovered);
  const client = { client_id: parties.client.clientId };
  const answer = oauth.validateAuthResponse(server, client, new URL(callback), pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    answer,
    parties.client.redirectUri,
    pending.verifier,
    insecure,
  );
  const expected = { expectedNonce: pending.nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected);
  expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(parties.account.user);
});
