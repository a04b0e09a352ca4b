import { choice } from '../parameters.ts';

/** The peers that come with iobench beside its own servers: Node's, by name. */
export const peers = {
  echo: new URL('./echo.main.js', import.meta.url),
  http: new URL('./http.main.js', import.meta.url),
  backend: new URL('./backend.main.js', import.meta.url),
  dns: new URL('./dns.main.js', import.meta.url),
  socketio: new URL('./socketio.main.js', import.meta.url),
  websocket: new URL('./websocket.main.js', import.meta.url),
  'tls-echo': new URL('./tls-echo.main.js', import.meta.url),
} as const;

/** The path that the peer `http` answers at once, whatever its delay. */
export const UNDELAYED_PATH = '/undelayed';

/** The name that the peer `dns` knows, and its address. */
export const DNS_NAME = 'page.iobench.test';
export const DNS_ADDRESS = '127.0.0.1';

/** One of Node's, or one of the servers among iobench's workloads. */
export type PeerName = keyof typeof peers | `${string}-server`;

/**
 * Who is at the other end of a client workload: one of our own servers, under the model that takes the least
 * CPU here, or Node's `net` and `http`.
 */
export const peerBy = () => choice('own', 'node');
export type PeerBy = 'own' | 'node';
