/**
 * A back end: answers each request after its service time, `workers` at once, the others in line. It counts
 * what it got. Options: `serviceNs`, `workers`, `responseBytes`, `number`, which its answers have as `X-Backend`,
 * `maxAgeSeconds`, for which caches may give them again, and `port`.
 */
import { CHECK_HEADER, UNDELAYED_PATH } from './index.ts';
import { listenHttp } from './listen-http.ts';
import { servePeer } from './peer.ts';

let requests = 0;
const byAddress = new Map<string, number>();
/** As many as a run has; whoever else writes addresses does not fill the memory. */
const MOST_ADDRESSES = 2 ** 16;
let serviceMs = 0;

servePeer(
  ({ serviceNs, workers, responseBytes, number, maxAgeSeconds, port }) => {
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
    const work = (answer: () => void) => {
      setTimeout(() => {
        answer();
        const next = line.shift();
        if (next) work(next);
        else free++;
      }, serviceMs);
    };
    return listenHttp({ port }, (request, response) => {
      const answer = () => response.writeHead(200, headers).end(body);
      if (request.headers[CHECK_HEADER.toLowerCase()] !== undefined) return answer();
      requests++;
      countAddress(request.headers['x-forwarded-for']);
      if (serviceMs === 0 || request.url === UNDELAYED_PATH) return answer();
      if (free === 0) return line.push(answer);
      free--;
      work(answer);
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
