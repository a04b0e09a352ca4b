/** `iobench view` on a folder, every address of it once. */
import type { Attempt } from './attempt.ts';
import { MARKUP } from './json-leaves.ts';

/** What a server says of a fault of its own, and not of the file. */
const INTERNAL =
  /\b(?:Type|Range|Reference|Syntax)Error\b|is not a function|Cannot read propert|Maximum call stack/;

/** Asks for the list, each run's page and its events, and the comparison; then ends it as a terminal does. */
export async function viewAll(attempt: Attempt, ids: readonly string[], isReadable: boolean): Promise<void> {
  const running = attempt.place.start(['view', '--no-open', '--port', '0']);
  const url = await running.until(
    () => /http:\/\/127\.0\.0\.1:\d+\//.exec(running.stdout)?.[0],
    attempt.limitMs,
  );
  if (url !== undefined) {
    const [base, next] = ids;
    for (const address of ['', ...ids.map((id) => `runs/${id}/`), `compare?base=${base}&new=${next}`])
      await ask(attempt, url, address, isReadable);
    for (const method of ['GET', 'HEAD']) await ask(attempt, url, `runs/${next}/events`, isReadable, method);
    running.child.kill('SIGINT');
  }
  await attempt.end(running, { signals: ['SIGINT'] });
}

async function ask(
  attempt: Attempt,
  url: string,
  address: string,
  isReadable: boolean,
  method = 'GET',
): Promise<void> {
  const what = `view: ${method} /${address}`;
  try {
    const response = await fetch(url + address, { method, signal: AbortSignal.timeout(attempt.limitMs) });
    const text = await response.text();
    attempt.read(what, text);
    const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
    if (isPage && text.includes(MARKUP)) attempt.fault('other', `${what}: markup from the result`);
    if (response.status >= 500 && (isReadable || INTERNAL.test(text)))
      attempt.fault('other', `${what}: ${response.status}: ${text.slice(0, 200)}`);
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    attempt.fault(
      isLate ? 'hang' : 'other',
      `${what}: ${isLate ? 'no whole answer' : String((error as Error).cause ?? error)}`,
    );
  }
}
