/** Why a model cannot run a cell on this system: reasons that several models share. */
import os from 'node:os';
import { loadLibc } from '../engines/libc.ts';
import type { Traits } from './model.ts';

/** For models that run operations only. */
export const refusesFunctions =
  (why: string) =>
  ({ form }: Traits): string | undefined =>
    form === 'operations'
      ? undefined
      : `it is written as ${form === 'async' ? 'an async' : 'a blocking'} function: ${why}`;

/** For models whose sockets block: Node has no such calls, so the system's own are needed. */
export function refusesBlockingSockets({ form, uses }: Traits): string | undefined {
  if (form !== 'operations' || !uses.includes('sockets')) return undefined;
  const libc = loadLibc();
  return 'reason' in libc ? `blocking sockets need the system's own calls, and ${libc.reason}` : undefined;
}

/** For models that use the system's own calls. */
export function refusesWithoutLibc(system: 'posix' | 'linux', what: string): string | undefined {
  if (system === 'linux' && os.platform() !== 'linux')
    return `${what} exists on Linux only, and this is ${os.platform()}`;
  const libc = loadLibc();
  return 'reason' in libc ? `${what} needs the system's own calls, and ${libc.reason}` : undefined;
}
