/** The pages of `iobench view`, by address. */
import type { ServerResponse } from 'node:http';
import { renderSideBySide } from '../report/comparison/side-by-side.ts';
import { renderHtml } from '../report/formats/html.ts';
import { renderList } from '../report/formats/list-page.ts';
import { sendUpdates } from './live.ts';
import { listedRuns, type Served, type ServedRun, servedRun } from './served-runs.ts';

/** A page, or something that writes the answer itself. */
type Answer = string | ((response: ServerResponse) => void);

const ORIGIN = 'http://127.0.0.1';
/** Pages of runs that have not changed since they were made. */
const KEPT = 4;
const kept = new Map<string, { version: string; page: string }>();

/**
 * Finds the page at an address; `undefined` if there is none. Names in addresses are looked up, and never
 * joined to a path unchecked.
 */
export async function pageAt(served: Served, address: string): Promise<Answer | undefined> {
  // Put together as texts: an address with two slashes would name another host.
  if (!URL.canParse(ORIGIN + address)) return undefined;
  const { pathname, searchParams } = new URL(ORIGIN + address);
  if (pathname === '/') return renderList(listedRuns(served), served.root);
  if (pathname === '/compare') return comparison(served, searchParams);
  const [, encoded = '', part] = /^\/runs\/([^/]+)\/(events)?$/.exec(pathname) ?? [];
  const run = servedRun(served, decoded(encoded));
  if (run === undefined) return undefined;
  return part === 'events'
    ? (response) => sendUpdates(run, response, searchParams.get('seen') ?? '')
    : report(run);
}

function report(run: ServedRun): string {
  const isGoingOn = run.isGoingOn();
  const seen = run.version();
  const version = `${seen} ${isGoingOn}`;
  const known = kept.get(run.file);
  if (known?.version === version) return known.page;
  const page = renderHtml(run.read(), isGoingOn ? { events: `events?seen=${encodeURIComponent(seen)}` } : {});
  kept.delete(run.file);
  kept.set(run.file, { version, page });
  for (const file of [...kept.keys()].slice(0, -KEPT)) kept.delete(file);
  return page;
}

function comparison(served: Served, asked: URLSearchParams): string | undefined {
  const [base, next] = ['base', 'new'].map((side) => servedRun(served, asked.get(side) ?? ''));
  if (base === undefined || next === undefined) return undefined;
  const addressOf = ({ id }: ServedRun) => `/runs/${encodeURIComponent(id)}/`;
  return renderSideBySide(base.read(), next.read(), { base: addressOf(base), next: addressOf(next) });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
