/** The peers that come with iobench, by name. */
export const peers = {
  echo: new URL('./echo.main.js', import.meta.url),
  http: new URL('./http.main.js', import.meta.url),
  dns: new URL('./dns.main.js', import.meta.url),
  'tls-echo': new URL('./tls-echo.main.js', import.meta.url),
} as const;

/** The path that the peer `http` answers at once, whatever its delay. */
export const UNDELAYED_PATH = '/undelayed';

/** The name that the peer `dns` knows, and its address. */
export const DNS_NAME = 'page.iobench.test';
export const DNS_ADDRESS = '127.0.0.1';

export type PeerName = keyof typeof peers;
