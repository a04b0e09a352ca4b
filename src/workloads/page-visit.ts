import * as z from 'zod/mini';
import { connect, type Steps } from '../operations.ts';
import { resolve } from '../protocols/dns.ts';
import { type Http, type HttpResponse, headerOf, openHttp } from '../protocols/http.ts';
import { type Stream, streamOver } from '../protocols/stream.ts';
import { connectTls } from '../protocols/tls.ts';
import { type DescribedPhase, type Mark, unrecorded } from './marks.ts';
import { makeOwnCertificate } from './own-certificate.ts';
import { byteSize, choice, count, duration, share } from './parameters.ts';
import { DNS_NAME, UNDELAYED_PATH } from './peers/index.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

interface Site {
  readonly nameServer: PeerAddress;
  readonly port: number;
  /** Of the page. */
  readonly path: string;
  readonly visit: 'cold' | 'warm';
  readonly resources: number;
  readonly resourceSize: number;
  readonly resolveTimeout: number;
  /** Whom to trust; without it, HTTP is plain. */
  readonly caFile?: string | undefined;
}

interface Visitor {
  readonly site: Site;
  /** The connection that a warm visit finds open. */
  http: Http | undefined;
}

const [BROWSER, NAME_SERVER, SERVER] = ['browser', 'name server', 'server'] as const;
const PHASES = [
  { name: 'resolve', from: BROWSER, to: NAME_SERVER, says: 'where is the name?', answers: 'its address' },
  { name: 'connect', from: BROWSER, to: SERVER, says: 'SYN', answers: 'SYN, ACK' },
  {
    name: 'tls',
    from: BROWSER,
    to: SERVER,
    says: 'ClientHello',
    answers: 'certificate, Finished',
    explains:
      'Both sides agree on keys that nobody on the way can read, and the server proves by its certificate that it is who the name says. All that follows is encrypted.',
  },
  {
    name: 'request',
    from: BROWSER,
    to: SERVER,
    says: 'GET the page',
    explains: 'A few lines of text: which page, of which site. That is HTTP.',
  },
  {
    name: 'first-byte',
    from: SERVER,
    to: BROWSER,
    says: 'the first bytes, once the page is made',
    explains:
      'The server makes the page, and begins to answer. For visitors this is the time in which nothing seems to happen.',
  },
  {
    name: 'body',
    from: SERVER,
    to: BROWSER,
    says: 'the rest of the page',
    explains: 'What did not come with the first bytes.',
  },
  {
    name: 'resources',
    from: BROWSER,
    to: SERVER,
    says: 'GET what it refers to',
    answers: 'each in turn',
    explains:
      'The page names further files: pictures, styles, scripts. Each is requested over the same connection, which is open and encrypted already.',
  },
  {
    name: 'close',
    from: BROWSER,
    to: SERVER,
    says: 'close',
    explains: 'Both sides forget the connection. The next visit of this kind begins anew.',
  },
] as const satisfies readonly DescribedPhase[];
/** How many times the question is sent: if every other one is lost, one visit in 256 fails. */
const RESOLVE_TRIES = 8;

export default defineWorkload({
  name: 'page-visit',
  summary: 'Visit a page: look its name up, connect, perform a TLS handshake, and get it with its resources',
  uses: ['sockets'],
  params: z.object({
    /** A cold visit knows nothing; a warm one has the address and an open connection. */
    visit: choice('cold', 'warm'),
    tls: choice('on', 'off'),
    /** What the page refers to. */
    resources: count(4),
    resourceSize: byteSize('4KiB'),
    /** How long the server takes to make the page. */
    delay: duration('5ms'),
    /** The share of questions that the name server loses. */
    loss: share(0),
    /** How long an answer of it is waited for, before it is asked again. */
    resolveTimeout: duration('250ms'),
    /** One host for all, or a host each for client, router and server: network namespaces of Linux. */
    network: choice('loopback', 'netns'),
  }),
  phases: PHASES,
  unused: ({ resources, visit, loss, network }) => [
    ...(resources === 0 ? ['resourceSize'] : []),
    // The address is known, and nobody is asked for it while it is measured.
    ...(visit === 'warm' && loss === 0 ? ['resolveTimeout'] : []),
    // The name server is dnsmasq, which answers every question.
    ...(network === 'netns' ? ['loss'] : []),
  ],
  async prepare({ params, directory, startPeer, startNetwork }): Promise<Site> {
    const { tls, loss, delay, network, ...site } = params;
    const { resources, resourceSize: resourceBytes } = site;
    const own = tls === 'on' ? await makeOwnCertificate(directory, DNS_NAME) : undefined;
    const identity = own && { certFile: own.certFile, keyFile: own.keyFile };
    const nameServer =
      network === 'netns' ? await startNetwork([DNS_NAME]) : await startPeer('dns', { loss });
    const { port } = await startPeer('page', { resources, resourceBytes, delayNs: delay, ...identity });
    return { ...site, nameServer, port, path: '/', caFile: own?.caFile };
  },
  undelayed: (site) => ({ ...site, path: UNDELAYED_PATH }),
  *connect(site): Steps<Visitor> {
    const http = site.visit === 'warm' ? yield* openSite(site, unrecorded(PHASES)) : undefined;
    return { site, http };
  },
  *request({ site, http }, _random, mark): Steps<void> {
    if (http) return yield* getPage(http, site, mark);
    const opened = yield* openSite(site, mark);
    try {
      yield* getPage(opened, site, mark);
    } finally {
      yield* opened.close();
    }
    mark('close');
  },
  *disconnect({ http }) {
    if (http) yield* http.close();
  },
});

/** From a name to a connection that a page can be asked for on. */
function* openSite(site: Site, mark: Mark): Steps<Http> {
  const { nameServer, resolveTimeout: withinNs, port } = site;
  const { addresses } = yield* resolve(nameServer, DNS_NAME, { withinNs, tries: RESOLVE_TRIES });
  mark('resolve');
  const connection = yield* connect(addresses[0] as string, port);
  mark('connect');
  let stream: Stream = streamOver(connection);
  if (site.caFile !== undefined) {
    stream = yield* connectTls(connection, { caFile: site.caFile, host: DNS_NAME });
    mark('tls');
  }
  return openHttp(stream, `${DNS_NAME}:${port}`);
}

/** The page, and then everything that it refers to, over the same connection. */
function* getPage(http: Http, site: Site, mark: Mark): Steps<void> {
  const progress = { sent: () => mark('request'), answered: () => mark('first-byte') };
  const page = yield* http.exchange({ path: site.path }, progress);
  requireStatus(page);
  const references = referencesIn(page);
  mark('body');
  if (references.length !== site.resources)
    throw mismatch(`the page refers to ${references.length} resources, not ${site.resources}`);
  for (const path of references) {
    const resource = yield* http.exchange({ path });
    requireStatus(resource);
    if (resource.body.length !== site.resourceSize)
      throw mismatch(`${path} has ${resource.body.length} bytes, not ${site.resourceSize}`);
  }
  if (references.length > 0) mark('resources');
}

/** What a page of HTML embeds, in its order. */
export function referencesIn(page: HttpResponse): string[] {
  if (!headerOf(page, 'content-type')?.startsWith('text/html')) return [];
  return [...page.body.toString().matchAll(/<img\b[^>]*\bsrc="([^"]*)"/g)].map(([, path]) => path as string);
}

function requireStatus({ status }: HttpResponse): void {
  if (status !== 200)
    throw Object.assign(new Error(`the server answered ${status}`), { code: `HTTP ${status}` });
}

const mismatch = (message: string): Error => Object.assign(new Error(message), { code: 'EMISMATCH' });
