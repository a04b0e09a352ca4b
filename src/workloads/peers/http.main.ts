/**
 * Node's `http`: answers every GET with the same body; with a delay, that long after the request came, but for
 * one path. Options: `delayNs`, `responseBytes`; for HTTPS `certFile`, `keyFile` (PEM).
 */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { UNDELAYED_PATH } from './index.ts';
import { listening, servePeer } from './peer.ts';

servePeer(({ delayNs, responseBytes, certFile, keyFile }) => {
  const delayMs = Number(delayNs ?? 0) / 1e6;
  const body = Buffer.alloc(Number(responseBytes ?? 0), 'iobench ');
  const headers = { 'content-type': 'text/plain', 'content-length': body.length };
  const listener: http.RequestListener = (request, response) => {
    const answer = () => response.writeHead(200, headers).end(body);
    if (delayMs === 0 || request.url === UNDELAYED_PATH) answer();
    else setTimeout(answer, delayMs);
  };
  const server = certFile
    ? https.createServer(
        { cert: readFileSync(String(certFile)), key: readFileSync(String(keyFile)) },
        listener,
      )
    : http.createServer(listener);
  server.keepAliveTimeout = 0;
  return listening(server);
});
