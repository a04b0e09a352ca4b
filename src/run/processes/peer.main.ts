/** A user's peer: loads the module, which calls `servePeer`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';
import { loadModule, whyNotLoaded } from '../../workloads/load-module.ts';
import type { PeerAnswer } from '../../workloads/peers/peer.ts';
import { inOneLine } from './in-one-line.ts';

// Its uncaught error is the reason for its end, not a stack trace on the terminal; unless the module handles
// that itself.
process.on('uncaughtException', (error) => {
  if (process.listenerCount('uncaughtException') === 1) fail(error);
});
leadOwnGroup();
// A module that never calls `servePeer` would outlive the run.
dieWithParent();
process.on('disconnect', () => process.exit());
if (!process.connected) process.exit();
await loadModule(fileURLToPath(process.argv[2] as string)).catch((error) =>
  fail(error, `it cannot be loaded: ${whyNotLoaded(error)}`),
);

function fail(error: unknown, reason = inOneLine(error)): void {
  if (process.env.DEBUG) console.error(error);
  const answer: PeerAnswer = { kind: 'refused', reason };
  if (!process.connected) process.exit(1);
  process.send?.(answer, () => process.exit(1));
}
