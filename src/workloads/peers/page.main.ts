/**
 * A site of one page, by Node's `http` or `https`: `/` is HTML that refers to other resources, and each of them
 * is bytes. Options: `resources` (how many), `resourceBytes`, `delayNs` (before the page is sent, but for one
 * path; what it refers to is at hand); for HTTPS `certFile`, `keyFile` (PEM).
 */
import type http from 'node:http';
import { resourcePath, UNDELAYED_PATH } from './index.ts';
import { listenHttp } from './listen-http.ts';
import { servePeer } from './peer.ts';

servePeer((options) => {
  const { resources, resourceBytes, delayNs } = options;
  const paths = Array.from({ length: Number(resources ?? 0) }, (_, place) => resourcePath(place));
  const known = new Set(paths);
  const page = Buffer.from(htmlOf(paths));
  const resource = Buffer.alloc(Number(resourceBytes ?? 0), 'iobench ');
  const delayMs = Number(delayNs ?? 0) / 1e6;
  const listener: http.RequestListener = ({ url = '' }, response) => {
    const answer = (status: number, type: string, body: Buffer) =>
      response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
    if (known.has(url)) return answer(200, 'application/octet-stream', resource);
    if (url !== '/' && url !== UNDELAYED_PATH) return answer(404, 'text/plain', Buffer.from('not here\n'));
    if (delayMs === 0 || url === UNDELAYED_PATH) answer(200, 'text/html; charset=utf-8', page);
    else setTimeout(answer, delayMs, 200, 'text/html; charset=utf-8', page);
  };
  return listenHttp(options, listener);
});

const htmlOf = (paths: readonly string[]): string =>
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A page</title></head>
<body>
<h1>A page</h1>
${paths.map((path) => `<img alt="" src="${path}">`).join('\n')}
</body>
</html>
`;
