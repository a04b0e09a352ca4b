/**
 * Files, in place: the thread performs the call and has the result when it returns. Blocking models do so by
 * definition; reactors do so because a regular file is always "ready" (poll(2)), whether its blocks are
 * cached or not.
 */
import fs from 'node:fs';
import type { Close, Fsync, Open, Read, Uncache, Write } from '../operations.ts';
import { asFile, descriptorOf, openFlags, operationError } from './descriptor.ts';
import { uncache } from './uncache.ts';

export const filesInPlace = {
  open({ path, options }: Open) {
    try {
      return asFile({ fd: fs.openSync(path, openFlags(options)), target: path });
    } catch (error) {
      throw operationError('open', path, error);
    }
  },
  close({ target }: Close): void {
    fs.closeSync(descriptorOf(target).fd);
  },
  read({ file, buffer, offset, length, position }: Read): number {
    const { fd, target } = descriptorOf(file);
    try {
      return fs.readSync(fd, buffer, offset, length, position);
    } catch (error) {
      throw operationError('read', target, error);
    }
  },
  write({ file, buffer, offset, length, position }: Write): number {
    const { fd, target } = descriptorOf(file);
    try {
      return fs.writeSync(fd, buffer, offset, length, position);
    } catch (error) {
      throw operationError('write', target, error);
    }
  },
  uncache(operation: Uncache): void {
    const { fd, target } = descriptorOf(operation.file);
    uncache(fd, target, operation);
  },
  fsync({ file }: Fsync): void {
    const { fd, target } = descriptorOf(file);
    try {
      fs.fsyncSync(fd);
    } catch (error) {
      throw operationError('fsync', target, error);
    }
  },
};
