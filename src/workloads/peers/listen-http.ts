import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { PeerAddress } from '../workload.ts';
import { listening } from './peer.ts';

/**
 * Serves HTTP by Node, over TLS where the options have files of a certificate and its key, and on their `port`
 * and `host` if they name them; returns the address once it listens. Connections stay open however long they are idle.
 */
export function listenHttp(
  { certFile, keyFile, port, host }: Record<string, unknown>,
  listener: http.RequestListener,
): Promise<PeerAddress> {
  const server = certFile
    ? https.createServer(
        { cert: readFileSync(String(certFile)), key: readFileSync(String(keyFile)) },
        listener,
      )
    : http.createServer(listener);
  server.keepAliveTimeout = 0;
  return listening(server, Number(port ?? 0), host === undefined ? undefined : String(host));
}
