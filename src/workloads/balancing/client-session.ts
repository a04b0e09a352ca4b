/** One client of a balancer on layer 7, and what it may get from the balancer itself. */
import type { Connection, Steps } from '../../operations.ts';
import type { HttpLine } from '../http-line.ts';
import type { RequestReader } from '../http-request.ts';
import type { OwnCertificate } from '../own-certificate.ts';
import type { Balancer } from './balancer.ts';
import type { Cache } from './cache.ts';
import type { Links } from './links.ts';
import type { Route } from './routes.ts';

/**
 * `terminate`: clients speak TLS to the balancer, which identifies itself so, and it speaks plain HTTP to back
 * ends. `redirect`: a plain request is answered with where to send it again.
 */
export type Tls =
  | { readonly kind: 'none' | 'redirect' }
  | { readonly kind: 'terminate'; readonly certificate: OwnCertificate };

/** Of each thread. */
export interface Forwarding {
  readonly balancer: Balancer;
  readonly links: Links;
  readonly routes: readonly Route[];
  /** Without it, every request is passed on. */
  readonly cache: Cache | undefined;
  readonly tls: Tls;
  /** How long a back end may send nothing while it is waited for; 0 has no limit. */
  readonly timeoutNs: number;
  readonly clock: () => number;
}

export interface ClientSession extends Forwarding {
  readonly client: Connection;
  readonly line: HttpLine;
  readonly address: string;
  readonly reader: RequestReader;
  /** Whether any of the answer under way has been sent. */
  hasAnswered: boolean;
  /** The step under way is the client's: if it fails, no back end has. */
  isClients: boolean;
  /** The client may ask again. */
  goesOn: boolean;
  /** By what the answer to the request under way is found again; `undefined` if it is not to be stored. */
  key: string | undefined;
  /** By what the answers are found that the request under way puts out of date. */
  outdated: readonly string[];
  /** The request under way is of HTTP/1.0: its answer cannot be in chunks. */
  isHttp10: boolean;
}

/** Sends what a back end has answered. */
export function* toClient(session: ClientSession, bytes: Uint8Array): Steps<void> {
  session.isClients = true;
  session.hasAnswered = true;
  yield* session.line.sending(bytes);
  session.isClients = false;
}

/** The balancer's own answer: `503 Service Unavailable`, and what it has besides. */
export function* answer({ line, goesOn }: ClientSession, status: string, field?: string): Steps<void> {
  const lines = [`HTTP/1.1 ${status}`, 'Content-Length: 0'];
  if (field !== undefined) lines.push(field);
  if (!goesOn) lines.push('Connection: close');
  yield* line.sending(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
}
