/** What on this machine would spoil a measurement. Each check is a pure function of what was read. */
import type { Check } from './check.ts';
import { cpuChecks } from './checks-cpu.ts';
import { nodeChecks } from './checks-node.ts';
import { roomChecks } from './checks-room.ts';
import type { Reading } from './reading.ts';

export type { Check, State } from './check.ts';
export { type Reading, readAll } from './reading.ts';

/** All checks of a reading, in the order in which they are shown. */
export const examine = (reading: Reading): Check[] =>
  [...cpuChecks, ...nodeChecks, ...roomChecks].map((check) => check(reading));
