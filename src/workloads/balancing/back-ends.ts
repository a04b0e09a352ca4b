import { UserError } from '../../errors.ts';
import { counted, parseDuration } from '../../quantity.ts';
import { MOST_BACK_ENDS } from './shared-state.ts';

export interface BackEnd {
  /** How long it takes for each request. */
  readonly serviceNs: number;
  readonly weight: number;
}

const MOST_WEIGHT = 256;

/**
 * Reads `1ms+1ms+5ms` as three back ends with these service times, and `1ms:5+1ms` as two, of which the first
 * has the weight 5. Commas would separate values of the parameter.
 * @throws UserError if it is not that, or more than there may be.
 */
export function parseBackEnds(text: string): BackEnd[] {
  const backEnds = text.split('+').map(parseBackEnd);
  if (backEnds.length <= MOST_BACK_ENDS) return backEnds;
  throw new UserError(`${counted(backEnds.length, 'back end')} are too many`, {
    hint: `at most ${MOST_BACK_ENDS}`,
  });
}

function parseBackEnd(text: string): BackEnd {
  const [time = '', weight = '1', ...rest] = text.split(':');
  const serviceNs = parseServiceTime(time);
  if (!/^\d{1,3}$/.test(weight) || Number(weight) < 1 || Number(weight) > MOST_WEIGHT || rest.length > 0)
    throw new UserError(`${JSON.stringify(text)} is not a back end`, {
      hint: `write a time, and a weight from 1 to ${MOST_WEIGHT} if it has one: 1ms:5+1ms:3`,
    });
  return { serviceNs, weight: Number(weight) };
}

/** @throws UserError if it is no time that a back end can take for a request. */
export function parseServiceTime(text: string): number {
  const serviceNs = parseDuration(text);
  if (serviceNs % 1e6 === 0) return serviceNs;
  throw new UserError(`a back end cannot take ${text}, because its timers count milliseconds`, {
    hint: 'write it like 0, 1ms or 20ms',
  });
}
