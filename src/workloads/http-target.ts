/** The target and the text of HTTP requests: a server of iobench's, or the one that a URL names. */
import { promises as dns, type LookupAddress } from 'node:dns';
import net from 'node:net';
import path from 'node:path';
import { UserError } from '../errors.ts';
import type { TlsClientOptions } from '../protocols/tls.ts';
import { clientContext } from '../protocols/tls-context.ts';
import { TlsError } from '../protocols/tls-error.ts';
import { basicAuthorization, HIDDEN, withoutCredentials } from './credentials.ts';
import { makeOwnCertificate } from './own-certificate.ts';
import { type PeerBy, UNDELAYED_PATH } from './peers/index.ts';
import type { PeerAddress, Preparation } from './workload.ts';

/** Plain data. */
export interface HttpTarget extends PeerAddress {
  /** All addresses of the host; the one that was reached, which is also `host`, is the first. */
  readonly addresses: readonly string[];
  /** The address of this machine that its connections come from; the system's choice if left out. */
  readonly from?: string;
  readonly head: string;
  /** Different requests in the place of that one: which of them is the next, the client decides. */
  readonly requests?: readonly Uint8Array[];
  /** Its clients count the answers that a cache has given. */
  readonly countsHits?: boolean;
  /** Requests that are sent before the answers are read (pipelining: RFC 9112, 9.3.2); 1 if left out. */
  readonly depth?: number;
  /** The request that our server answers without its delay. */
  readonly undelayedHead?: string;
  /** Whom to trust, and who the server has to be; without it, HTTP is plain. */
  readonly tls?: Omit<TlsClientOptions, 'memory'>;
}

/** The same target without the delay of our server. */
export const undelayedTarget = (target: HttpTarget): HttpTarget => ({
  ...target,
  head: target.undelayedHead ?? target.head,
});

/** The parameters of our server: they do not apply to another one. */
export const OF_OUR_SERVER = ['delay', 'responseSize', 'peer'] as const;

/** Looks a name up: every address that it has. */
type Lookup = (host: string) => Promise<readonly LookupAddress[]>;
const lookUpAll: Lookup = (host) => dns.lookup(host, { all: true });

const REACH_LIMIT_MS = 3000;

interface TargetParams {
  readonly url: string;
  readonly tls?: 'off' | 'on';
  readonly ca?: string;
  readonly delay: number;
  readonly responseSize: number;
  readonly peer: PeerBy;
}

/** Our server, or the one that `url` names. Over TLS it is Node's, which is another implementation. */
export async function httpTarget(preparation: Preparation<TargetParams>): Promise<HttpTarget> {
  const { startPeer, directory, params } = preparation;
  if (params.url !== '') return targetOf(params.url, { ca: params.ca });
  const { delay, responseSize } = params;
  const own = params.tls === 'on' ? await makeOwnCertificate(directory) : undefined;
  const identity = own && { certFile: own.certFile, keyFile: own.keyFile };
  const peer =
    params.peer === 'own' && !identity
      ? await startPeer('http-server', { delay, responseSize })
      : await startPeer('http', { delayNs: delay, responseBytes: responseSize, ...identity });
  const host = `${peer.host}:${peer.port}`;
  return {
    ...peer,
    addresses: [peer.host],
    head: requestHead('/', host),
    undelayedHead: requestHead(UNDELAYED_PATH, host),
    ...(own && { tls: { caFile: own.caFile, host: own.host } }),
  };
}

/**
 * Reads a URL, looks its host up, and tries which of its addresses answers. Its user and password go into the
 * request. The server of an https URL has to be the one that it names, and to have a certificate of somebody
 * whom Node trusts, or whose certificate is in the file `ca` (PEM).
 * @throws UserError if it is not a URL of HTTP, or its host is not known; UnsupportedError without TLS.
 */
export async function targetOf(
  written: string,
  { lookup = lookUpAll, ca }: { lookup?: Lookup; ca?: string | undefined } = {},
): Promise<HttpTarget> {
  const shown = withoutCredentials(written);
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url)
    throw new UserError(`${JSON.stringify(shown)} is not a URL`, {
      hint: 'write it like http://127.0.0.1:8080/path',
    });
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UserError(`${shown}: only http:// and https:// can be written as operations`, {
      hint: 'for anything else, write an async workload: iobench new NAME --form async',
    });
  }
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const tls = url.protocol === 'https:' ? trusted(name, ca) : undefined;
  const head = requestHead(url.pathname + url.search, url.host, {
    authorization: authorizationOf(url, shown),
  });
  const port = Number(url.port || (tls ? 443 : 80));
  let found: string[];
  try {
    found = (await lookup(name)).map(({ address }) => address);
  } catch (error) {
    throw new UserError(`the host of ${shown} is not known`, { cause: error });
  }
  const addresses = await reachedFirst([...new Set(found)], port);
  return { host: addresses[0] as string, port, addresses, head, ...(tls && { tls }) };
}

/** Checks before the run that there is TLS, and that the file of certificates can be read. */
function trusted(host: string, ca = ''): NonNullable<HttpTarget['tls']> {
  const caFile = ca === '' ? undefined : path.resolve(ca);
  try {
    clientContext(caFile);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    throw new UserError(`no certificates can be read from ${ca} (${error.message})`, {
      hint: 'name a file with certificates in PEM: -----BEGIN CERTIFICATE-----',
      cause: error,
    });
  }
  return caFile === undefined ? { host } : { host, caFile };
}

function authorizationOf(url: URL, shown: string): string | undefined {
  if (url.username === HIDDEN) {
    throw new UserError(`${shown}: the user and the password of a URL are not stored with results`, {
      hint: 'write them again, in place of ***',
    });
  }
  try {
    return basicAuthorization(url);
  } catch {
    throw new UserError(`${shown}: the user or the password is badly escaped`, { hint: 'write a % as %25' });
  }
}

/** The text of a GET; its connection is kept for another one, unless that is not wanted. */
export const requestHead = (
  path: string,
  host: string,
  {
    authorization,
    field,
    isKept = true,
  }: { authorization?: string | undefined; field?: string | undefined; isKept?: boolean } = {},
): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: iobench\r\nAccept: */*\r\n${
    authorization === undefined ? '' : `Authorization: ${authorization}\r\n`
  }${field === undefined ? '' : `${field}\r\n`}Connection: ${isKept ? 'keep-alive' : 'close'}\r\n\r\n`;

/**
 * A server often listens on one of its name's addresses only (`localhost`). If none answers, requests will
 * fail, with the reason.
 */
async function reachedFirst(addresses: readonly string[], port: number): Promise<string[]> {
  if (addresses.length < 2) return [...addresses];
  const reached = await Promise.all(addresses.map((address) => isReached(address, port)));
  return [
    ...addresses.filter((_, index) => reached[index]),
    ...addresses.filter((_, index) => !reached[index]),
  ];
}

function isReached(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (isConnected: boolean) => {
      socket.destroy();
      resolve(isConnected);
    };
    socket.setTimeout(REACH_LIMIT_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
