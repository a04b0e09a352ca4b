import { pathToFileURL } from 'node:url';

/**
 * Imports a user's module, TypeScript or JavaScript, in which `iobench` is this very program. One way for all versions of Node, so that
 * none runs other code than the rest.
 */
export async function loadModule(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const iobench = await import('../index.ts');
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: true, virtualModules: { iobench } });
  return jiti.import(pathToFileURL(file).href, { default: true });
}
