/** What a browser adds to HTTP, as operations: cookies, redirects that it follows, forms that it sends. */
import type { Steps } from '../operations.ts';
import { type Http, type HttpResponse, headerOf } from './http.ts';

/** One visitor of one origin. Cookies differ by their names alone, which is enough for one site. */
export interface Browser {
  get(path: string): Steps<HttpResponse>;
  /** Sends a form (`application/x-www-form-urlencoded`). */
  post(path: string, fields: Readonly<Record<string, string>>): Steps<HttpResponse>;
}

export type Cookies = Map<string, string>;

export function openBrowser(http: Http, cookies: Cookies): Browser {
  const withCookies = (): Record<string, string> =>
    cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  return {
    *get(path) {
      return keepCookies(yield* http.exchange({ path, headers: withCookies() }), cookies);
    },
    *post(path, fields) {
      const headers = { ...withCookies(), 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams(fields).toString();
      return keepCookies(yield* http.exchange({ method: 'POST', path, headers, body }), cookies);
    },
  };
}

/** Keeps what a server sets (RFC 6265, 5.3), and forgets what it takes back. */
function keepCookies(response: HttpResponse, cookies: Cookies): HttpResponse {
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') continue;
    const [pair = '', ...attributes] = value.split(';');
    const equals = pair.indexOf('=');
    const [key, content] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
    if (equals <= 0) continue;
    if (content === '' || attributes.some(isOver)) cookies.delete(key);
    else cookies.set(key, content);
  }
  return response;
}

/** A server takes a cookie back by a time that has long passed: nobody has to know what time it is. */
const isOver = (attribute: string): boolean =>
  /^\s*(?:max-age\s*=\s*(?:0|-\d+)|expires\s*=.*\b1970\b.*)\s*$/i.test(attribute);

/** Where a response sends the browser, as a whole address; `undefined` if nowhere. */
export function redirectOf(response: HttpResponse, base: string): string | undefined {
  const location = headerOf(response, 'location');
  const isRedirect = response.status >= 300 && response.status < 400;
  return isRedirect && location !== undefined ? new URL(location, base).href : undefined;
}

/** The address of the form on a page. @throws Error `EFORM` if it has none. */
export function formAction(page: HttpResponse): string {
  const action = /<form\b[^>]*\baction="([^"]*)"/.exec(page.body.toString())?.[1];
  if (action === undefined)
    throw Object.assign(new Error(`the page (${page.status}) has no form`), { code: 'EFORM' });
  return action.replaceAll('&amp;', '&');
}
