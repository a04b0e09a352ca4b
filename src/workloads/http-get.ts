import * as z from 'zod/mini';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { httpTarget, OF_OUR_SERVER, undelayedTarget } from './http-target.ts';
import { byteSize, choice, duration, text } from './parameters.ts';
import { peerBy } from './peers/index.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'http-get',
  summary: 'GET over a kept-alive connection, from a server with a delay (or from any url)',
  uses: ['sockets'],
  params: z.object({
    url: text(''),
    /** Whether our own server speaks TLS; of another one its URL says that. */
    tls: choice('off', 'on'),
    /** A file of certificates that are trusted, for https URLs; without it, those that Node trusts. */
    ca: text(''),
    delay: duration('5ms'),
    responseSize: byteSize('128B'),
    peer: peerBy(),
  }),
  message: 'responseSize',
  unused: ({ url, tls }) => {
    // Over TLS it is Node's.
    if (url === '') return tls === 'on' ? ['ca', 'peer'] : ['ca'];
    return [...OF_OUR_SERVER, 'tls', ...(/^https:/i.test(url.trim()) ? [] : ['ca'])];
  },
  prepare: httpTarget,
  undelayed: undelayedTarget,
  connect: connectHttp,
  request: exchange,
  disconnect: disconnectHttp,
});
