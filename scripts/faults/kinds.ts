/** All kinds of faults, in the order in which they are tried. */

import { killCommand } from './kill-command.ts';
import { killMeasured, killPeer } from './kill-parts.ts';
import type { Kind } from './kind.ts';
import { servers } from './servers.ts';

export const kinds: readonly Kind[] = [killCommand, killMeasured, killPeer, servers];
