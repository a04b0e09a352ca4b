/** The peers that come with iobench, by name. */
export const peers = {
  echo: new URL('./echo.main.js', import.meta.url),
  http: new URL('./http.main.js', import.meta.url),
  socketio: new URL('./socketio.main.js', import.meta.url),
  websocket: new URL('./websocket.main.js', import.meta.url),
  'tls-echo': new URL('./tls-echo.main.js', import.meta.url),
} as const;

/** The path that the peer `http` answers at once, whatever its delay. */
export const UNDELAYED_PATH = '/undelayed';

export type PeerName = keyof typeof peers;
