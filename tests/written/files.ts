import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  byteSize,
  choice,
  close,
  defineWorkload,
  flag,
  fsync,
  open,
  read,
  share,
  UnsupportedError,
  uncache,
  watch,
  write,
  z,
} from 'iobench';

export default defineWorkload({
  name: 'files',
  summary: 'Read or write one block',
  uses: ['files'],
  params: z.object({
    blockSize: byteSize('4KiB'),
    kind: choice('read', 'write'),
    synced: flag(false),
    missRatio: share(0),
  }),

  async prepare({ params, directory }) {
    if (params.missRatio > 0 && process.platform !== 'linux')
      throw new UnsupportedError('Only Linux drops what its page cache holds.');
    const file = path.join(directory, 'data');
    await writeFile(file, Buffer.alloc(params.blockSize));
    return { file, ...params };
  },
  *connect({ file, kind, ...rest }) {
    return {
      ...rest,
      kind,
      file: yield* open(file, kind === 'read' ? 'read' : 'read-write'),
      buffer: Buffer.alloc(rest.blockSize),
    };
  },
  *request({ file, kind, synced, missRatio, buffer }, random) {
    if (random() < missRatio) yield* uncache(file, 0, buffer.length);
    const bytes = kind === 'read' ? yield* read(file, buffer, 0) : yield* write(file, buffer, 0);
    if (bytes < buffer.length) throw new Error('a part of the block');
    if (synced) yield* fsync(file);
  },
  *disconnect({ file }) {
    yield* close(file);
  },
});

export { watch };
