import * as z from 'zod/mini';
import { compute } from '../operations.ts';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { httpTarget, OF_OUR_SERVER, undelayedTarget } from './http-target.ts';
import { byteSize, duration, text } from './parameters.ts';
import { peerBy } from './peers/index.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'http-compute',
  summary: 'GET over a kept-alive connection, then CPU work, where threads have an advantage',
  uses: ['sockets'],
  params: z.object({
    url: text(''),
    delay: duration('1ms'),
    responseSize: byteSize('128B'),
    peer: peerBy(),
    /** Input to SHA-256. */
    work: byteSize('1MiB'),
  }),
  unused: ({ url }) => (url === '' ? [] : OF_OUR_SERVER),
  async prepare(preparation) {
    return { target: await httpTarget(preparation), workBytes: preparation.params.work };
  },
  undelayed: ({ target, workBytes }) => ({ target: undelayedTarget(target), workBytes }),
  *connect({ target, workBytes }, tally) {
    return { http: yield* connectHttp(target, tally), workBytes };
  },
  *request({ http, workBytes }) {
    yield* exchange(http);
    yield* compute(workBytes);
  },
  *disconnect({ http }) {
    yield* disconnectHttp(http);
  },
});
