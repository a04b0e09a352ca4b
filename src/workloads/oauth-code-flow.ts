import * as z from 'zod/mini';
import { connect, type Steps } from '../operations.ts';
import type { Cookies } from '../protocols/browser.ts';
import { type Http, openHttp } from '../protocols/http.ts';
import type { OidcProvider } from '../protocols/oidc.ts';
import { streamOver } from '../protocols/stream.ts';
import { unrecorded } from './marks.ts';
import { checkRefusals } from './oauth-checks.ts';
import { logIn, type Parties, ROUND_TRIPS, wrong } from './oauth-flow.ts';
import { requirePackage } from './optional-package.ts';
import { choice } from './parameters.ts';
import { OAUTH_ACCOUNT, OAUTH_CLIENTS } from './peers/index.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

interface OauthFixture extends PeerAddress {
  readonly parties: Parties;
  readonly visit: 'first' | 'known';
}

interface OauthClient {
  readonly http: Http;
  readonly fixture: OauthFixture;
  /** Of a visitor who is known. */
  readonly cookies: Cookies;
}

/** Redirects of a visitor who is known: back to the client, and nowhere before. */
const KNOWN_REDIRECTS = 1;

export default defineWorkload({
  name: 'oauth-code-flow',
  summary: 'Log in by OpenID Connect: authorization code with PKCE, from the first redirect to the user',
  uses: ['sockets'],
  params: z.object({
    /** A visitor who comes for the first time logs in and consents; one who is known does not have to. */
    visit: choice('first', 'known'),
    /** With a token in the address, as it was done once: the check for that fails, and says so. */
    variant: choice('code', 'leak'),
  }),
  phases: ROUND_TRIPS,
  async prepare({ params: { visit, variant }, startPeer, perform }): Promise<OauthFixture> {
    requirePackage('oidc-provider');
    const address = await startPeer('oauth');
    const provider = await perform(discover(address));
    const client = OAUTH_CLIENTS[variant];
    return { ...address, visit, parties: { provider, client, account: OAUTH_ACCOUNT } };
  },
  *background({ parties, ...address }): Steps<void> {
    const http = yield* open(address);
    try {
      yield* checkRefusals(http, parties);
    } finally {
      yield* http.close();
    }
  },
  *connect(fixture): Steps<OauthClient> {
    const http = yield* open(fixture);
    const cookies: Cookies = new Map();
    if (fixture.visit === 'first') return { http, fixture, cookies };
    try {
      yield* logIn(http, cookies, fixture.parties, unrecorded(ROUND_TRIPS));
    } catch (error) {
      yield* http.close();
      throw error;
    }
    return { http, fixture, cookies };
  },
  *request({ http, fixture: { visit, parties }, cookies }, _random, mark): Steps<void> {
    const { redirects } = yield* logIn(http, visit === 'first' ? new Map() : cookies, parties, mark);
    if (visit === 'known' && redirects.length !== KNOWN_REDIRECTS)
      throw wrong('the provider has forgotten a visitor who was known');
  },
  *disconnect({ http }) {
    yield* http.close();
  },
});

function* open({ host, port }: PeerAddress): Steps<Http> {
  return openHttp(streamOver(yield* connect(host, port)), `${host}:${port}`);
}

/** Asks a provider where everything is, and for its keys. */
function* discover(address: PeerAddress): Steps<OidcProvider> {
  const http = yield* open(address);
  const found = yield* jsonAt(http, '/.well-known/openid-configuration');
  const at = (name: string) => String(found[name]);
  const { keys } = yield* jsonAt(http, new URL(at('jwks_uri')).pathname);
  yield* http.close();
  return {
    issuer: at('issuer'),
    authorizationEndpoint: at('authorization_endpoint'),
    tokenEndpoint: at('token_endpoint'),
    userinfoEndpoint: at('userinfo_endpoint'),
    keys: keys as OidcProvider['keys'],
  };
}

function* jsonAt(http: Http, path: string): Steps<Readonly<Record<string, unknown>>> {
  const { status, body } = yield* http.exchange({ path });
  if (status !== 200) throw wrong(`the provider answers ${status} for ${path}`);
  return JSON.parse(body.toString());
}
