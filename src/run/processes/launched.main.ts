/** What a launcher is tried with: reports who it is, as processes of a run do, and ends with its parent. */
import process from 'node:process';
import { dieWithParent, leadOwnGroup } from '../../engines/process.ts';

process.on('disconnect', () => process.exit());
leadOwnGroup();
dieWithParent();
process.send?.({ kind: 'ready', pid: process.pid });
