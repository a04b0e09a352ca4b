import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';

/**
 * Writes a file so that its name never stands for a part of it: on a full disk, after a kill or a power
 * failure there is the whole file, or what was there before.
 * @throws Error with the system's code; nothing of the new file is left then.
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const beside = `${file}.${process.pid}.part`;
  try {
    writeToDisk(beside, content);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Some file systems find out only then that they are full. */
function writeToDisk(file: string, content: string | Uint8Array): void {
  const descriptor = openSync(file, 'w');
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
