/** The user and the password in a URL: sent to the server that they are for, and kept out of titles, reports and files. */

/** Stands where user and password were. */
export const HIDDEN = '***';

/** A URL's beginning up to the `@` after its user; in what is no URL, an unescaped `/`, `?` or `#` may be of the password. */
const BEFORE_HOST = /([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#\\\r\n]*@|[^/?#\\\s:[\]]*:(?!\d{0,5}(?:[/?#\\\s]|$))\S*@)/gi;

/** A text with the user and the password of each URL in it hidden: `http://***@127.0.0.1:8080/`. */
export function withoutCredentials(text: string): string {
  return text.includes('://') ? text.replace(BEFORE_HOST, `$1${HIDDEN}@`) : text;
}

/** The same for every text in a piece of plain data. */
export function withoutCredentialsIn<Data>(data: Data): Data {
  if (typeof data === 'string') return withoutCredentials(data) as Data;
  if (Array.isArray(data)) return data.map(withoutCredentialsIn) as Data;
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withoutCredentialsIn(value)])) as Data;
}

/** The value of an `Authorization` header for the user of a URL (RFC 7617); nothing where it names none. @throws URIError if it is badly escaped. */
export function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
}
