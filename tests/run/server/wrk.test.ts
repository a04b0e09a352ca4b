import { expect, test } from 'vitest';
import { wrk } from '../../../src/run/server/wrk.ts';

const printed = (latency: string, failures = '') => `Running 2s test @ http://127.0.0.1:40123/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   701.52us  181.52us   6.03ms   93.98%
    Req/Sec    46.13k     1.83k   49.23k    75.00%
  Latency Distribution
     50%  ${latency}
     75%  722.00us
     90%  797.00us
     99%    1.38ms
  91824 requests in 2.00s, 17.51MB read
${failures}Requests/sec:  45890.43
Transfer/sec:      8.75MB
`;

test('reads what wrk prints', () => {
  const read = { requests: 91824, throughputPerSecond: 45890.43, p99Ns: 1.38e6, errors: 0 };
  expect(wrk.read(printed('679.00us'))).toEqual({ ...read, p50Ns: 679e3 });
  expect(wrk.read(printed('  1.20s'))).toEqual({ ...read, p50Ns: 1.2e9 });
  const failures =
    '  Socket errors: connect 1, read 20, write 0, timeout 300\n  Non-2xx or 3xx responses: 4000\n';
  expect(wrk.read(printed('679.00us', failures))).toMatchObject({ errors: 4321 });
});

test('knows what is no report, and what is no version', () => {
  expect(wrk.read('unable to connect to 127.0.0.1:1 Connection refused\n')).toBeUndefined();
  expect(wrk.version('wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012 Will Glozer\n')).toBe('4.1.0-3+b2');
  expect(wrk.version('wrk 4.2.0 [epoll] Copyright (C) 2012 Will Glozer\n')).toBe('4.2.0');
  expect(wrk.version('bash: wrk: Permission denied\n')).toBeUndefined();
});

test('knows whole seconds', () => {
  expect([350e6, 1e9, 1.001e9].map(wrk.secondsOf)).toEqual([1, 1, 2]);
});
