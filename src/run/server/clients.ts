/** The client programs that may load a server, too. */
import type { ClientProgram } from './client-program.ts';
import { wrk } from './wrk.ts';

export const clients: readonly ClientProgram[] = [wrk];
