/** Why a model cannot run a cell on this system: reasons that several models share. */
import os from 'node:os';
import { loadLibc } from '../engines/libc.ts';
import type { Reason } from '../reasons.ts';
import type { Traits } from './model.ts';

type WhyNotInside = Extract<Reason, { code: 'written-as-function' }>['values']['why'];

/** For models that run operations only. */
export const refusesFunctions =
  (why: WhyNotInside) =>
  ({ form }: Traits): Reason | undefined =>
    form === 'operations' ? undefined : { code: 'written-as-function', values: { form, why } };

/** For models whose sockets block: Node has no such calls, so the system's own are needed. */
export function refusesBlockingSockets({ form, uses }: Traits): Reason | undefined {
  if (form !== 'operations' || !uses.includes('sockets')) return undefined;
  const libc = loadLibc();
  return 'reason' in libc ? { code: 'no-libc-for-sockets', values: { cause: libc.reason } } : undefined;
}

/** For models that use the system's own calls. */
export function refusesWithoutLibc(system: 'posix' | 'linux', what: string): Reason | undefined {
  const platform = os.platform();
  if (system === 'linux' && platform !== 'linux') return { code: 'linux-only', values: { what, platform } };
  const libc = loadLibc();
  return 'reason' in libc ? { code: 'no-libc', values: { what, cause: libc.reason } } : undefined;
}
