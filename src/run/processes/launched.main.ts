/** A launcher is tried with this: it reports who it is, as a run's processes do, and ends with its parent. */
import process from 'node:process';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';

process.on('disconnect', () => process.exit());
leadOwnGroup();
dieWithParent();
process.send?.({ kind: 'ready', pid: process.pid });
