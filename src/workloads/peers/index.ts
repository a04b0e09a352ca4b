/** The peers that come with iobench, by name. */
export const peers = {
  echo: new URL('./echo.main.js', import.meta.url),
  http: new URL('./http.main.js', import.meta.url),
} as const;

export type PeerName = keyof typeof peers;
