import * as z from 'zod/mini';
import { close, open, read, uncache } from '../operations.ts';
import { accessTo, createDataFile, pageAligned, randomPosition } from './data-file.ts';
import { byteSize, choice, share } from './parameters.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'file-read',
  summary: 'Read one random block of a file',
  uses: ['files'],
  params: z.object({
    fileSize: byteSize('64MiB'),
    blockSize: byteSize('4KiB'),
    cache: choice('page-cache', 'direct'),
    missRatio: share(0),
  }),
  async prepare({ params, directory, signal }) {
    const data = await createDataFile(directory, { ...params, direct: params.cache === 'direct' }, signal);
    return { data, missRatio: params.missRatio };
  },
  *connect({ data, missRatio }) {
    return {
      data,
      missRatio,
      file: yield* open(data.path, accessTo('read', data)),
      buffer: pageAligned(data.blockSize),
    };
  },
  *request({ data, missRatio, file, buffer }, random) {
    const position = randomPosition(data, random);
    if (missRatio > 0 && random() < missRatio) yield* uncache(file, position, data.blockSize);
    const bytes = yield* read(file, buffer, position);
    if (bytes !== data.blockSize) throw new Error(`read ${bytes} of ${data.blockSize} bytes`);
  },
  *disconnect({ file }) {
    yield* close(file);
  },
});
