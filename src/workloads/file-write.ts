import * as z from 'zod/mini';
import { close, fsync, open, write } from '../operations.ts';
import { accessTo, createDataFile, pageAligned, randomPosition } from './data-file.ts';
import { byteSize, choice, flag } from './parameters.ts';
import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'file-write',
  summary: 'Overwrite one random block of a file, and optionally wait for the disk',
  uses: ['files'],
  params: z.object({
    fileSize: byteSize('16MiB'),
    blockSize: byteSize('4KiB'),
    cache: choice('page-cache', 'direct'),
    fsync: flag(false),
  }),
  async prepare({ params, directory, signal }) {
    return {
      data: await createDataFile(directory, { ...params, direct: params.cache === 'direct' }, signal),
      isSynced: params.fsync,
    };
  },
  *connect({ data, isSynced }) {
    const buffer = pageAligned(data.blockSize).fill(0x2a);
    return { data, isSynced, buffer, file: yield* open(data.path, accessTo('write', data)) };
  },
  *request({ data, isSynced, buffer, file }, random) {
    const bytes = yield* write(file, buffer, randomPosition(data, random));
    if (bytes !== data.blockSize) throw new Error(`wrote ${bytes} of ${data.blockSize} bytes`);
    if (isSynced) yield* fsync(file);
  },
  *disconnect({ file }) {
    yield* close(file);
  },
});
