/** Passes a request on to the back end that is chosen for it, or to another one if that fails. */
import { OperationError, type Steps, UnsupportedError } from '../../operations.ts';
import { askBackEnd } from './ask-back-end.ts';
import { answer, type ClientSession } from './client-session.ts';
import { forwardedRequest, type RequestHead } from './http-heads.ts';
import type { Link } from './links.ts';
import { outsideOf, type Route } from './routes.ts';

/** May be asked again if nobody knows what became of it (RFC 9110, 9.2.2). */
const ASKED_AGAIN: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Tries one back end after another, as far as that is allowed, and answers itself if none can. */
export function* passOn(
  session: ClientSession,
  head: RequestHead,
  route: number,
  body: Uint8Array,
): Steps<void> {
  const { balancer, routes, address, tls } = session;
  const { method } = head;
  const passed = forwardedRequest(head, address, tls.kind === 'terminate');
  const forwarded = Buffer.concat([Buffer.from(passed, 'latin1'), body]);
  const outside = route < 0 ? 0 : outsideOf(routes[route] as Route, balancer.weights.length);
  for (let tried = outside; ; ) {
    const backEnd = balancer.choose(address, tried, route + 1);
    if (backEnd < 0)
      return yield* answer(session, tried === outside ? '503 Service Unavailable' : '502 Bad Gateway');
    tried |= 1 << backEnd;
    const outcome = yield* tryOne(session, backEnd, forwarded, method === 'HEAD');
    if (outcome === 'answered') return;
    if (session.hasAnswered) throw new OperationError('receive', 'EOF', 'a back end that broke off');
    if (outcome === 'late') return yield* answer(session, '504 Gateway Timeout');
    if (outcome === 'unknown' && !ASKED_AGAIN.has(method)) return yield* answer(session, '502 Bad Gateway');
  }
}

/** `unsent`: it has got nothing of the request. `unknown`: it may have got it. `late`: its time was over. */
type Outcome = 'answered' | 'unsent' | 'unknown' | 'late';

function* tryOne(
  session: ClientSession,
  backEnd: number,
  request: Uint8Array,
  isHead: boolean,
): Steps<Outcome> {
  const { balancer, links, clock } = session;
  const startNs = clock();
  let link: Link | undefined;
  let isWhole = false;
  session.isClients = false;
  try {
    link = yield* links.take(backEnd);
    isWhole = yield* askBackEnd(link, session, request, isHead);
    balancer.succeeded(backEnd, clock() - startNs);
    return 'answered';
  } catch (error) {
    // A model that cannot wait so is no fault of a back end.
    if (session.isClients || error instanceof UnsupportedError) throw error;
    balancer.failed(backEnd);
    if (link === undefined) return 'unsent';
    return (error as { code?: unknown }).code === 'ETIMEDOUT' ? 'late' : 'unknown';
  } finally {
    session.isClients = true;
    balancer.release(backEnd);
    if (link && isWhole) links.keep(backEnd, link);
    else if (link) yield* links.discard(link);
  }
}
