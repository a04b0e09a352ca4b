import { realpath } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/**
 * Imports a user's module, TypeScript or JavaScript, in which `iobench` is this very program. One way for all versions of Node, so that
 * none runs other code than the rest. Behind a link, what it imports is looked for beside the file itself, as Node does.
 */
export async function loadModule(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const iobench = await import('../index.ts');
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: true, virtualModules: { iobench } });
  return jiti.import(pathToFileURL(await realpath(file)).href, { default: true });
}
