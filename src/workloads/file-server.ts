import * as z from 'zod/mini';
import { close, open, read, send, uncache } from '../operations.ts';
import { accessTo, createDataFile } from './data-file.ts';
import { connectHttp, disconnectHttp, exchange } from './http-exchange.ts';
import { plainLine } from './http-line.ts';
import { createRequestReader } from './http-request.ts';
import { headOf, REQUEST_BYTES, serveRequests, serverTarget } from './http-server.ts';
import { byteSize, choice, share } from './parameters.ts';
import { defineServer } from './workload.ts';

/** A prime, so that a connection comes to every block before it comes to one again. */
const STRIDE = 7919;

export default defineServer({
  name: 'file-server',
  summary: 'A server that answers GET with a block of a file, from the page cache or the disk',
  uses: ['sockets', 'files'],
  params: z.object({
    fileSize: byteSize('64MiB'),
    blockSize: byteSize('4KiB'),
    /** The share of requests whose block is not in the page cache. */
    missRatio: share(0),
    connections: choice('kept', 'one-a-request'),
  }),
  async prepare({ params, directory, signal }) {
    const data = await createDataFile(directory, { ...params, direct: false }, signal);
    return { data, missRatio: params.missRatio, connections: params.connections, path: '/' };
  },
  *serve(connection, { data, missRatio }) {
    const { blocks, blockSize } = data;
    const head = headOf(blockSize);
    const buffer = Buffer.concat([head, Buffer.alloc(blockSize)]);
    const file = yield* open(data.path, accessTo('read', data));
    const reader = createRequestReader();
    let block = 0;
    let missing = 0;
    try {
      yield* serveRequests(plainLine(connection, Buffer.alloc(REQUEST_BYTES)), reader, function* () {
        block = (block + STRIDE) % blocks;
        missing += missRatio;
        if (missing >= 1) {
          missing--;
          yield* uncache(file, block * blockSize, blockSize);
        }
        const bytes = yield* read(file, buffer, block * blockSize, head.length, blockSize);
        if (bytes !== blockSize) throw new Error(`read ${bytes} of ${blockSize} bytes`);
        yield* send(connection, buffer);
      });
    } finally {
      reader.free();
      yield* close(file);
    }
  },
  http: ({ connections }) =>
    connections === 'kept'
      ? { path: '/' }
      : { reason: 'each has a connection of its own (connections=one-a-request)' },
  connect: (fixture, tally) => connectHttp(serverTarget(fixture), tally),
  request: exchange,
  disconnect: disconnectHttp,
});
