/**
 * The other side of the echo that times the machine: sends back what it reads, with blocking calls only,
 * until the pipe is closed.
 */
import { readSync, writeSync } from 'node:fs';

const buffer = Buffer.alloc(64);
try {
  for (let bytes = readSync(0, buffer); bytes > 0; bytes = readSync(0, buffer))
    writeSync(1, buffer, 0, bytes);
} catch {
  // Whoever asked is gone, which is how it ends.
}
