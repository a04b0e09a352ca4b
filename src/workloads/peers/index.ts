import { choice } from '../parameters.ts';

/** The peers that come with iobench beside its own servers: Node's, by name. */
export const peers = {
  echo: new URL('./echo.main.js', import.meta.url),
  http: new URL('./http.main.js', import.meta.url),
  backend: new URL('./backend.main.js', import.meta.url),
  dns: new URL('./dns.main.js', import.meta.url),
  oauth: new URL('./oauth.main.js', import.meta.url),
  page: new URL('./page.main.js', import.meta.url),
  socketio: new URL('./socketio.main.js', import.meta.url),
  websocket: new URL('./websocket.main.js', import.meta.url),
  'tls-echo': new URL('./tls-echo.main.js', import.meta.url),
} as const;

/** The path that the peers `http` and `page` answer at once, whatever its delay. */
export const UNDELAYED_PATH = '/undelayed';

/** A request with this field is a check of the peer `backend`, which answers at once and does not count it. */
export const CHECK_HEADER = 'X-Health-Check';

/** What the page of the peer `page` refers to. */
export const resourcePath = (place: number): string => `/resource/${place}`;

/** The name that the peer `dns` knows, and its address. */
export const DNS_NAME = 'page.iobench.test';
export const DNS_ADDRESS = '127.0.0.1';

/** How the clients of the peer `oauth` are registered, and who has an account there. */
export const OAUTH_CLIENTS = {
  code: {
    clientId: 'app',
    redirectUri: 'http://127.0.0.1:9/callback',
    scope: 'openid email',
    responseType: 'code',
  },
  leak: {
    clientId: 'app-of-before',
    // Nobody has to be there: the browser only has to be sent to it.
    redirectUri: 'https://app.example/callback',
    scope: 'openid email',
    responseType: 'code token',
  },
} as const;
export const OAUTH_ACCOUNT = { user: 'ada', password: 'lovelace' } as const;

/** One of Node's, or one of the servers among iobench's workloads. */
export type PeerName = keyof typeof peers | `${string}-server`;

/**
 * Who is at the other end of a client workload: one of our own servers, under the model that takes the least
 * CPU here, or Node's `net` and `http`.
 */
export const peerBy = () => choice('own', 'node');
export type PeerBy = 'own' | 'node';
