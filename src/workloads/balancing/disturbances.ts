/** What is done to back ends while requests are measured, as a command line writes it. Pure. */
import { UserError } from '../../errors.ts';
import { counted } from '../../quantity.ts';
import { type Act, type Disturbance, requirePossible } from '../disturbance.ts';
import { parseServiceTime } from './back-ends.ts';

const NONE = 'none';
const WRITTEN = /^(kill|start|freeze|thaw|slow):(\d{1,3})(?:=([^@]+))?@(\d+(?:\.\d+)?)%$/;

/**
 * Reads `kill:1@40%+start:1@70%`: the back end's number from 0 on, and the share of the window that has
 * passed. Returns them in their order in time.
 * @throws UserError if it is not that, names a back end that is not there, or what cannot be done to it then.
 */
export function parseDisturbances(text: string, backEnds: number): Disturbance[] {
  if (text === NONE) return [];
  const all = text.split('+').map((each) => parseDisturbance(each, backEnds));
  // Stable: what is to be done at the same time is done in the order in which it is written.
  const inOrder = all.sort((a, b) => a.atShare - b.atShare);
  requirePossible(inOrder);
  return inOrder;
}

function parseDisturbance(text: string, backEnds: number): Disturbance {
  const [, act, number, time, percent] = WRITTEN.exec(text) ?? [];
  if (act === undefined || (act === 'slow') !== (time !== undefined))
    throw new UserError(`${JSON.stringify(text)} is no disturbance`, {
      hint: 'write kill:1@40%, start:1@70%, freeze:1@40%, thaw:1@70% or slow:1=20ms@40%, joined by +',
    });
  const peer = Number(number);
  if (peer >= backEnds)
    throw new UserError(`there is no back end ${peer} for ${text}`, {
      hint: `there ${backEnds === 1 ? 'is' : 'are'} ${counted(backEnds, 'back end')}, counted from 0 on`,
    });
  if (Number(percent) >= 100)
    throw new UserError(`${percent} % of the window is its end`, {
      hint: 'name a moment before it, as in kill:1@40%',
    });
  return {
    act: act as Act,
    peer,
    whom: `backend ${peer}`,
    atShare: Number(percent) / 100,
    ...(time === undefined ? {} : { serviceNs: parseServiceTime(time) }),
  };
}
