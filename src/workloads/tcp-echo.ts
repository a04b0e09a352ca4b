import * as z from 'zod/mini';
import {
  connectEcho,
  disconnectEcho,
  exchangeEcho,
  idleConnections,
  requireMessage,
} from './echo-exchange.ts';
import { requireOpenFiles } from './open-files.ts';
import { byteSize, count, duration } from './parameters.ts';
import { peerBy } from './peers/index.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'tcp-echo',
  summary: 'Send a message over TCP, and receive it back',
  uses: ['sockets'],
  params: z.object({
    messageSize: byteSize('64B'),
    delay: duration('0'),
    idleConnections: count(0),
    peer: peerBy(),
  }),
  message: 'messageSize',
  async prepare({ params: { messageSize, delay, idleConnections, peer }, startPeer }) {
    requireMessage(messageSize);
    requireOpenFiles(idleConnections, 'idle connection');
    const address =
      peer === 'own'
        ? await startPeer('echo-server', { messageSize, delay })
        : await startPeer('echo', { delayNs: delay });
    return { ...address, messageSize, idleConnections };
  },
  background: idleConnections,
  connect: connectEcho,
  request: exchangeEcho,
  disconnect: disconnectEcho,
});
