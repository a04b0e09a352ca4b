/**
 * Node's `http`: answers every GET with the same body; with a delay, that long after the request came, but for
 * one path. Options: `delayNs`, `responseBytes`; for HTTPS `certFile`, `keyFile` (PEM).
 */
import type http from 'node:http';
import { UNDELAYED_PATH } from './index.ts';
import { listenHttp } from './listen-http.ts';
import { servePeer } from './peer.ts';

servePeer((options) => {
  const { delayNs, responseBytes } = options;
  const delayMs = Number(delayNs ?? 0) / 1e6;
  const body = Buffer.alloc(Number(responseBytes ?? 0), 'iobench ');
  const headers = { 'content-type': 'text/plain', 'content-length': body.length };
  const listener: http.RequestListener = (request, response) => {
    const answer = () => response.writeHead(200, headers).end(body);
    if (delayMs === 0 || request.url === UNDELAYED_PATH) answer();
    else setTimeout(answer, delayMs);
  };
  return listenHttp(options, listener);
});
