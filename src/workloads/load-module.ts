import { realpath } from 'node:fs/promises';
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
    fsCache: false,
    moduleCache: true,
    virtualModules: { iobench },
  });
  return jiti.import(pathToFileURL(await realpath(file)).href, { default: true });
}

/**
 * Why a module could not be loaded: the error's first line; where that is about a place in a file, with the
 * place, which stands in the second.
 */
export function whyNotLoaded(error: unknown): string {
  const [first = '', second = ''] = messageOf(error).trim().split('\n');
  const isPlace = /^\s*\S.*:\d+:\d+$/.test(second) && !/^\s*at /.test(second);
  return isPlace ? `${first.trim()}, in ${second.trim()}` : first.trim();
}
