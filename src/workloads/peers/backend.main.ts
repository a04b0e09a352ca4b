/**
 * A back end: answers each request after its service time, `workers` at once, the others in line. It counts
 * what it got. Options: `serviceNs`, `distribution` (`fixed`, or `exponential` with that mean), `workers`,
 * `responseBytes`, `number`, which its answers have as `X-Backend`, `maxAgeSeconds`, for which caches may give
 * them again, and `port`.
 */
import { CHECK_HEADER, UNDELAYED_PATH } from './index.ts';
import { listenHttp } from './listen-http.ts';
import { servePeer } from './peer.ts';

/** A timer that is late by less delays its own answer only: whoever is next in line has begun in time. */
const MOST_LATE_MS = 5;

let requests = 0;
const byAddress = new Map<string, number>();
/** As many as a run has; whoever else writes addresses does not fill the memory. */
const MOST_ADDRESSES = 2 ** 16;
let serviceMs = 0;

servePeer(
  ({ serviceNs, distribution, workers, responseBytes, number, maxAgeSeconds, port }) => {
    serviceMs = Number(serviceNs ?? 0) / 1e6;
    const body = Buffer.alloc(Number(responseBytes ?? 0), 'iobench ');
    const headers = {
      'content-type': 'text/plain',
      'content-length': body.length,
      'x-backend': String(number ?? 0),
      ...(maxAgeSeconds === undefined ? {} : { 'cache-control': `max-age=${maxAgeSeconds}` }),
    };
    let free = Number(workers ?? 1);
    const line: (() => void)[] = [];
    const drawMs = () =>
      distribution === 'exponential' ? -Math.log(1 - Math.random()) * serviceMs : serviceMs;
    const work = (answer: () => void, beganMs: number) => {
      const dueMs = beganMs + drawMs();
      const end = () => {
        answer();
        const next = line.shift();
        const nowMs = performance.now();
        if (next) work(next, nowMs - dueMs < MOST_LATE_MS ? dueMs : nowMs);
        else free++;
      };
      const leftMs = dueMs - performance.now();
      if (leftMs > 0) setTimeout(end, Math.ceil(leftMs));
      else end();
    };
    return listenHttp({ port }, (request, response) => {
      const answer = () => response.writeHead(200, headers).end(body);
      if (request.headers[CHECK_HEADER.toLowerCase()] !== undefined) return answer();
      requests++;
      countAddress(request.headers['x-forwarded-for']);
      if (serviceMs === 0 || request.url === UNDELAYED_PATH) return answer();
      if (free === 0) return line.push(answer);
      free--;
      work(answer, performance.now());
    });
  },
  {
    requests: () => requests,
    byAddress: () => Object.fromEntries(byAddress),
    slow(serviceNs) {
      serviceMs = serviceNs / 1e6;
    },
  },
);

/** Without the field, the only address is that of the balancer. */
function countAddress(forwardedFor: string | string[] | undefined): void {
  const address = String(forwardedFor ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  if (!address || (byAddress.size >= MOST_ADDRESSES && !byAddress.has(address))) return;
  byAddress.set(address, (byAddress.get(address) ?? 0) + 1);
}
