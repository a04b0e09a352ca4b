/**
 * The user and the password in a URL: sent to the server that they are for, and kept out of titles, reports
 * and files.
 */

/** Replaces user and password. */
export const HIDDEN = '***';

/**
 * A text with the user and the password of each URL in it hidden: `http://***@127.0.0.1:8080/`. In what is no
 * URL, since its port is none, an unescaped `/`, `?` or `#` may be of the password. No part is looked at more
 * than twice, however long the text is.
 */
export function withoutCredentials(text: string): string {
  let shown = '';
  let done = 0;
  let word = { end: 0, lastAt: -1 };
  for (let found = text.indexOf('://'); found >= 0; ) {
    const start = found + 3;
    const authority = text.slice(start, indexFrom(text, /[/?#\\\r\n]/g, start));
    let at = authority.lastIndexOf('@') + start;
    if (at < start && hasNoPort(authority)) {
      if (word.end <= start) word = wordFrom(text, start);
      at = word.lastAt;
    }
    const isHidden = at >= start;
    if (isHidden) {
      shown += text.slice(done, start) + HIDDEN;
      done = at;
    }
    found = text.indexOf('://', isHidden ? at : start + authority.length);
  }
  return shown + text.slice(done);
}

/** After the first colon stands no number: what comes before a host would be a password. */
const hasNoPort = (authority: string): boolean => /^[^\s:[\]]*:(?!\d{0,5}(?:\s|$))/.test(authority);

function wordFrom(text: string, start: number): { end: number; lastAt: number } {
  const end = indexFrom(text, /\s/g, start);
  const lastAt = text.slice(start, end).lastIndexOf('@');
  return { end, lastAt: lastAt < 0 ? -1 : start + lastAt };
}

function indexFrom(text: string, pattern: RegExp, start: number): number {
  pattern.lastIndex = start;
  return pattern.exec(text)?.index ?? text.length;
}

/** The same for every text in plain data. */
export function withoutCredentialsIn<Data>(data: Data): Data {
  if (typeof data === 'string') return withoutCredentials(data) as Data;
  if (Array.isArray(data)) return data.map(withoutCredentialsIn) as Data;
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, withoutCredentialsIn(value)]),
  ) as Data;
}

/**
 * The value of an `Authorization` header for the user of a URL (RFC 7617); `undefined` if it names none.
 * @throws URIError if it is badly escaped.
 */
export function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
}
