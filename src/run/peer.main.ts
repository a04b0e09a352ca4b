/** A peer of the user's own: loads the module, which calls `servePeer`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { dieWithParent, leadOwnGroup } from '../engines/process.ts';
import { loadModule } from '../workloads/load-module.ts';

leadOwnGroup();
// A module that never comes to `servePeer` would stay when the run has ended.
dieWithParent();
process.on('disconnect', () => process.exit());
if (!process.connected) process.exit();
await loadModule(fileURLToPath(process.argv[2] as string));
