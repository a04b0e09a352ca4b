/** All kinds of faults, in the order in which they are tried. */

import { commandLines } from './command-lines.ts';
import { killCommand } from './kill-command.ts';
import { killMeasured, killPeer } from './kill-parts.ts';
import type { Kind } from './kind.ts';
import { resultFiles } from './result-files.ts';
import { servers } from './servers.ts';
import { workloadFiles } from './workload-files.ts';

export const kinds: readonly Kind[] = [
  killCommand,
  killMeasured,
  killPeer,
  resultFiles,
  commandLines,
  workloadFiles,
  servers,
];
