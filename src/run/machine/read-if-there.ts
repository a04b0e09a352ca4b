import { readFileSync } from 'node:fs';

/** A file of the kernel's, without its line's end; `undefined` if it does not exist, or may not be read. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
