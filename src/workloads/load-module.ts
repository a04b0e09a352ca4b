import { realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../errors.ts';

/**
 * Imports a user's module, TypeScript or JavaScript, in which `iobench` is this very program. One way for all
 * versions of Node, so that none runs other code than the rest. Behind a link, its imports are resolved
 * beside the file itself, as Node does.
 */
export async function loadModule(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const iobench = await import('../index.ts');
  const jiti = createJiti(import.meta.url, {
    fsCache: transformedFolder(),
    moduleCache: true,
    virtualModules: { iobench },
  });
  return jiti.import(pathToFileURL(await realpath(file)).href, { default: true });
}

/**
 * Where transformed modules are kept: the first process of a run transforms, which takes as long as starting
 * Node, and each trial's reads. In the user's own folder, as nobody else may write code that runs here;
 * nothing is kept where that cannot be written.
 */
const transformedFolder = (): string =>
  path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'iobench');

/**
 * Why a module could not be loaded: the error's first line; where that is about a place in a file, with the
 * place, which stands in the second.
 */
export function whyNotLoaded(error: unknown): string {
  const [first = '', second = ''] = messageOf(error).trim().split('\n');
  const isPlace = /^\s*\S.*:\d+:\d+$/.test(second) && !/^\s*at /.test(second);
  return isPlace ? `${first.trim()}, in ${second.trim()}` : first.trim();
}
