import { expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/report/formats/markdown.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import * as sample from '../sample.ts';

test('the summary of five models', () => {
  const charts = ['charts/throughput-tcp-echo.png', 'charts/latency-tcp-echo.png'];
  expect(renderMarkdown(summarise(sample.fiveModels()), { charts })).toMatchInlineSnapshot(`
    "# sample

    ## What it shows

    - **\`tcp-echo\`** · At 64 clients, take either of \`event-loop\` and \`thread-per-request\`: they complete the most requests, up to 78.3 k/s, and the difference between them may be chance.
      - Shown to be behind: \`epoll\` by 1.10 ×, \`async-callback\` by 1.20 × and \`sync-blocking\` by 1.79 ×.
      - At 64 clients the best complete 1.79 × (1.71 to 1.87) as many requests as \`sync-blocking\`.

    ## tcp-echo (messageSize 64 B)

    Send a message and wait until it has come back

    ### 64 clients, compared by throughput

    | model                  | throughput |     ± |  behind |    mean |     p50 |     p99 |   p99.9 |     max | CPU/req | switches/req | max RSS |
    | :--------------------- | ---------: | ----: | ------: | ------: | ------: | ------: | ------: | ------: | ------: | -----------: | ------: |
    | sync-blocking          |   43.7 k/s | ±1.9% |  1.79 × | 1.46 ms | 1.28 ms | 3.70 ms | 26.5 ms | 47.7 ms | 9.00 µs |            1 |  64 MiB |
    | thread-per-request[^1] |   77.6 k/s | ±2.6% | ≈1.01 × |  825 µs |  741 µs | 1.59 ms | 14.9 ms | 25.0 ms | 9.00 µs |            1 |  64 MiB |
    | async-callback         |   65.0 k/s | ±1.5% |  1.20 × |  985 µs |  874 µs | 1.97 ms | 17.4 ms | 27.4 ms | 9.00 µs |            1 |  64 MiB |
    | event-loop             |   78.3 k/s | ±2.1% | ≈1.00 × |  818 µs |  721 µs | 1.53 ms | 14.2 ms | 20.7 ms | 9.00 µs |            1 |  64 MiB |
    | epoll                  |   71.4 k/s | ±1.5% |  1.10 × |  896 µs |  798 µs | 1.76 ms | 16.4 ms | 24.5 ms | 9.00 µs |            1 |  64 MiB |

    ![tcp-echo: throughput by model](charts/throughput-tcp-echo.png)

    *Longer is better. Whiskers: the 95 % interval of the typical trial, for each model by itself.*

    ![tcp-echo: latency by model](charts/latency-tcp-echo.png)

    *Further left is better, and a short line means steady latencies: half of the requests took no longer than p50, 99 of 100 no longer than p99, 999 of 1,000 no longer than p99.9.*

    ## How it was run

    - 2026-01-02 03:04 UTC
    - 5 trials per cell
    - seed 1
    - Example CPU E5-2680 v4 @ 2.40GHz × 8
    - 32 GiB memory
    - linux 6.8.0-45 x64
    - Node v22.20.0
    - iobench 0.1.0
    - data on ext4
    - libuv pool 4
    - load average before 0.12

    \`\`\`sh
    iobench run tcp-echo file-read --concurrency 1,8,64 --trials 5 --seed 1
    \`\`\`

    [^1]: Workers run the blocking engine; a hand-off costs 41 µs.
    "
  `);
});

test('names are text: pipes, markup and HTML', () => {
  const model = 'a|b `c` *d* <img src=x> [e](http://f)';
  const document = summarise(
    sample.runOf(sample.headerOf([model]), [sample.measured(sample.cellOf(model), 1)]),
  );
  const row = renderMarkdown(document)
    .split('\n')
    .find((line) => line.startsWith('| a'));
  expect(row).toContain('a\\|b \\`c\\` \\*d\\* &lt;img src=x\\> \\[e\\](http://f)');
  expect(row?.split(/(?<!\\)\|/)).toHaveLength(14);
});

test('only charts that exist are linked, in the section of their workload', () => {
  const document = summarise(sample.elevenModels());
  const text = renderMarkdown(document, {
    charts: ['charts/throughput-file-read.png', 'charts/unknown.png'],
  });
  expect(text.match(/!\[/g)).toHaveLength(1);
  expect(text.indexOf('throughput-file-read.png')).toBeGreaterThan(text.indexOf('## file-read'));
});

test('what was not measured has a row and a reason', () => {
  const text = renderMarkdown(summarise(sample.elevenModels()));
  expect(text).toMatch(/\| io-uring +\| +unsupported \|/);
  expect(text).toContain(
    '- signal-driven: unsupported: A regular file never raises SIGIO: it is always ready.',
  );
});

test('a command with backticks stays inside its block', () => {
  const header = sample.headerOf(['epoll'], { command: 'iobench run ```\n# x' });
  expect(renderMarkdown(summarise(sample.runOf(header, [])))).toContain(
    '````sh\niobench run ```\ufffd# x\n````',
  );
});
