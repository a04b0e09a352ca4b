/** How long nginx waits. */
import { UnsupportedError } from '../operations.ts';

/** Nothing is given up that the models would not give up: they have no such limits. */
export const LONG = '10h';

/** Of the parameter `timeout`. @throws UnsupportedError for what is not a whole number of milliseconds. */
export function waitOf(timeoutNs: number): string {
  if (timeoutNs === 0) return LONG;
  if (timeoutNs % 1e6 === 0) return `${timeoutNs / 1e6}ms`;
  throw new UnsupportedError('nginx counts whole milliseconds: set load-balance.timeout to some, like 50ms');
}
