import * as z from 'zod/mini';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { httpTarget, OF_OUR_SERVER, undelayedTarget } from './http-target.ts';
import { byteSize, duration, text } from './parameters.ts';
import { peerBy } from './peers/index.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'http-get',
  summary: 'GET over a kept-alive connection, from a server with a delay (or from any url)',
  uses: ['sockets'],
  params: z.object({
    url: text(''),
    delay: duration('5ms'),
    responseSize: byteSize('128B'),
    peer: peerBy(),
  }),
  unused: ({ url }) => (url === '' ? [] : OF_OUR_SERVER),
  prepare: httpTarget,
  undelayed: undelayedTarget,
  connect: connectHttp,
  request: exchange,
  disconnect: disconnectHttp,
});
