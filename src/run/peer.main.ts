/** A peer of the user's own: loads the module, which calls `servePeer`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { loadModule } from '../workloads/load-module.ts';

await loadModule(fileURLToPath(process.argv[2] as string));
