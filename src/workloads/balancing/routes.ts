/** Which back ends a request may go to, by its path, a header or a cookie: layer 7 only. Pure. */
import { UserError } from '../../errors.ts';
import { counted } from '../../quantity.ts';
import { CHECK_HEADER } from '../peers/index.ts';
import { fieldsNamed, type RequestHead } from './http-heads.ts';

/** Plain data. */
export interface Route {
  readonly by: 'path' | 'header' | 'cookie';
  /** Of the header, or the cookie; empty for a path. */
  readonly name: string;
  /** How the path begins; the whole value of a header or a cookie. */
  readonly value: string;
  /** Their numbers, from 0 on, ascending. */
  readonly backEnds: readonly number[];
}

const NONE = 'none';
/** No character that any program's configuration would take for anything but itself. */
const CONDITION = /^(?:(\/[\w.~/-]*)|(header|cookie):([\w-]+)=([\w.~-]+))((?::\d{1,3})*)$/;
const HINT = 'write /api:0:1, header:X-Tenant=a:2 or cookie:group=b:0, joined by +';
/** What every request has already, or what determines how it is sent. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['accept', 'connection', 'content-length', 'cookie', 'expect', 'host', 'keep-alive', 'te', 'trailer'],
  ...[
    'proxy-connection',
    'transfer-encoding',
    'upgrade',
    'user-agent',
    'x-forwarded-for',
    'x-forwarded-proto',
  ],
  CHECK_HEADER.toLowerCase(),
]);

/**
 * Reads `/api:0:1+header:X-Tenant=a:2` as two routes: what begins with `/api` goes to the back ends 0 and 1, what
 * has that header to number 2. The first that matches counts.
 * @throws UserError if it is not that, names a back end that is not there, or has a route that no request
 * gets to.
 */
export function parseRoutes(text: string, backEnds: number): Route[] {
  if (text === NONE) return [];
  const written = text.split('+');
  const routes = written.map((each) => parseRoute(each, backEnds));
  for (const [place, route] of routes.entries()) {
    const before = routes.slice(0, place).findIndex((earlier) => takesAllOf(earlier, route));
    if (before >= 0)
      throw new UserError(`no request gets to ${written[place]}, because ${written[before]} takes it first`, {
        hint: 'write the longer path first, and each condition once',
      });
  }
  return routes;
}

function parseRoute(text: string, backEnds: number): Route {
  const [, path, by = 'path', name = '', value = '', group] = CONDITION.exec(text) ?? [];
  if (group === undefined) throw new UserError(`${JSON.stringify(text)} is no route`, { hint: HINT });
  if (by === 'header' && TAKEN.has(name.toLowerCase()))
    throw new UserError(`a route by ${name} would change how requests are sent`, {
      hint: 'take a header of your own, as in header:X-Tenant=a:0',
    });
  return { by: by as Route['by'], name, value: path ?? value, backEnds: parseGroup(text, group, backEnds) };
}

function parseGroup(text: string, group: string, backEnds: number): number[] {
  const numbers = group.split(':').slice(1).map(Number);
  if (numbers.length === 0)
    throw new UserError(`the route ${text} has no back ends`, { hint: `${HINT}: numbers from 0 on` });
  const missing = numbers.find((number) => number >= backEnds);
  if (missing !== undefined)
    throw new UserError(`there is no back end ${missing} for ${text}`, {
      hint: `there ${backEnds === 1 ? 'is' : 'are'} ${counted(backEnds, 'back end')}, counted from 0 on`,
    });
  if (new Set(numbers).size < numbers.length)
    throw new UserError(`the route ${text} names a back end twice`, { hint: 'name each once' });
  return numbers.sort((a, b) => a - b);
}

/** Whether whatever the later one matches has been matched by the earlier one. */
function takesAllOf(earlier: Route, later: Route): boolean {
  if (earlier.by === 'path')
    return later.by === 'path' ? later.value.startsWith(earlier.value) : earlier.value === '/';
  const [one, other] = [earlier, later].map(({ by, name }) => (by === 'header' ? name.toLowerCase() : name));
  return earlier.by === later.by && one === other && earlier.value === later.value;
}

/** The number of the first route that a request matches; -1 if there is none. */
export const routeOf = (routes: readonly Route[], head: RequestHead): number =>
  routes.findIndex((route) => matches(route, head));

function matches({ by, name, value }: Route, head: RequestHead): boolean {
  if (by === 'path') return head.target.startsWith(value);
  if (by === 'header') return fieldsNamed(head, name.toLowerCase()).includes(value);
  // RFC 6265, 4.2.1.
  return fieldsNamed(head, 'cookie').some((cookies) =>
    cookies.split(';').some((pair) => pair.trim() === `${name}=${value}`),
  );
}

/** The field by which a request of it is known; `undefined` where that is its path. */
export function fieldOf({ by, name, value }: Route): string | undefined {
  if (by === 'path') return undefined;
  return by === 'header' ? `${name}: ${value}` : `Cookie: ${name}=${value}`;
}

/** The bits of those back ends that requests of it do not go to. */
export const outsideOf = ({ backEnds }: Route, all: number): number =>
  backEnds.reduce((bits, number) => bits & ~(1 << number), 2 ** all - 1);
