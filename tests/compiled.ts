/** What the build made: the code that ships, for tests that start processes or threads with it. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const dist: string = path.join(import.meta.dirname, '..', 'dist');

/** Where a compiled module is: `compiled('cli.js')`. */
export const compiled = (module: string): string => path.join(dist, module);

export const compiledUrl = (module: string): string => pathToFileURL(compiled(module)).href;

/**
 * Loads a compiled module, typed as its source: `await load<typeof
 * import('../src/run/runner.ts')>('run/runner.js')`.
 */
export async function load<Module>(module: string): Promise<Module> {
  return (await import(/* @vite-ignore */ compiledUrl(module))) as Module;
}
