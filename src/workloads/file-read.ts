import * as z from 'zod/mini';
import { close, open, read } from '../operations.ts';
import { accessTo, createDataFile, pageAligned, randomPosition } from './data-file.ts';
import { byteSize, choice } from './parameters.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'file-read',
  summary: 'Read one random block of a file',
  uses: ['files'],
  params: z.object({
    fileSize: byteSize('64MiB'),
    blockSize: byteSize('4KiB'),
    cache: choice('page-cache', 'direct'),
  }),
  prepare: ({ params, directory }) => createDataFile(directory, { ...params, direct: params.cache === 'direct' }),
  *connect(data) {
    return { data, file: yield* open(data.path, accessTo('read', data)), buffer: pageAligned(data.blockSize) };
  },
  *request({ data, file, buffer }, random) {
    const bytes = yield* read(file, buffer, randomPosition(data, random));
    if (bytes !== data.blockSize) throw new Error(`read ${bytes} of ${data.blockSize} bytes`);
  },
  *disconnect({ file }) {
    yield* close(file);
  },
});
