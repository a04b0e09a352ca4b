import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderText } from '../../../src/report/formats/text.ts';
import { displayWidth, wrap } from '../../../src/report/formats/wrap.ts';
import { summarise } from '../../../src/report/summary/document.ts';
import * as sample from '../sample.ts';

describe.each(sample.SAMPLE_NAMES)('%s', (name) => {
  const document = summarise(sample.SAMPLES[name]());

  test.each([60, 80, 100, 120, 200])('no line is longer than %i columns', (width) => {
    for (const color of [true, false]) {
      const lines = stripVTControlCharacters(renderText(document, { width, color })).split('\n');
      expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
    }
  });

  test('at 80 columns every cell has its row, and measured ones a bar', () => {
    const text = renderText(document, { width: 80, color: false });
    const rows = text
      .split('\n')
      .filter((line) =>
        document.run.models.some((model) => line.startsWith(model.name) && !line.includes(': ')),
      );
    expect(rows).toHaveLength(document.cells.length + (document.capacities?.length ?? 0));
    expect(
      rows.filter(
        (row) => /[█▉▊▋▌▍▎▏]/.test(row) || row.includes('see below') || row.includes('is not there'),
      ),
    ).toHaveLength(rows.length);
  });
});

test('the table of five models', () => {
  expect(renderText(summarise(sample.fiveModels()), { width: 80, color: false })).toMatchInlineSnapshot(`
    "2026-01-02T03-04-05-sample
    Example CPU E5-2680 v4 @ 2.40GHz × 8 · 32 GiB memory · linux 6.8.0-45 x64 · Node
    v22.20.0 · iobench 0.1.0 · data on ext4 · libuv pool 4 · load average before
    0.12
    2026-01-02 03:04 UTC · 5 trials per cell · seed 1 · iobench run tcp-echo
    file-read --concurrency 1,8,64 --trials 5 --seed 1

    > tcp-echo · At 64 clients, take either of event-loop and thread-per-request:
      they complete the most requests, up to 78.3 k/s, and the difference between
      them may be chance.
      Shown to be behind: epoll by 1.10 ×, async-callback by 1.20 × and
      sync-blocking by 1.79 ×.
      At 64 clients the best complete 1.79 × (1.71 to 1.87) as many requests as
      sync-blocking.

    tcp-echo (messageSize 64 B)
    Send a message and wait until it has come back

    model               requests     ±  behind     p50     p99   p99.9 CPU/req
    ── 64 clients, compared by throughput ──────────────────────────────────────────
    sync-blocking       43.7 k/s ±1.9%  1.79 × 1.28 ms 3.70 ms 26.5 ms 9.00 µs ██▊
    thread-per-request¹ 77.6 k/s ±2.6% ≈1.01 ×  741 µs 1.59 ms 14.9 ms 9.00 µs █████
    async-callback      65.0 k/s ±1.5%  1.20 ×  874 µs 1.97 ms 17.4 ms 9.00 µs ████▏
    event-loop          78.3 k/s ±2.1% ≈1.00 ×  721 µs 1.53 ms 14.2 ms 9.00 µs █████
    epoll               71.4 k/s ±1.5%  1.10 ×  798 µs 1.76 ms 16.4 ms 9.00 µs ████▋

    ★ the best of its load; behind: how many times the best is better · ≈ one of
    several that may be the best: the trials show no difference · – no value, or too
    few requests for this percentile
    ¹ Workers run the blocking engine; a hand-off costs 41 µs.
    "
  `);
});

test('what was not measured is said with its reason', () => {
  const text = renderText(summarise(sample.elevenModels()), { width: 80, color: false });
  expect(text).toMatch(/^io-uring +unsupported, see below$/m);
  expect(text.replace(/\s+/g, ' ')).toContain(
    'poll with 64 clients: failed: The peer closed the connection (ECONNRESET) before the first request of the trial.',
  );
});

test('warnings are named before the numbers, and behind them it is said what to do', () => {
  const text = renderText(summarise(sample.doubtful()), { width: 80, color: false });
  expect(text.indexOf('peer-saturated')).toBeGreaterThan(0);
  expect(text.indexOf('peer-saturated')).toBeLessThan(text.indexOf('CPU/req'));
  expect(text.indexOf('! peer-saturated: The throughput is the peer’s limit')).toBeGreaterThan(
    text.indexOf('CPU/req'),
  );
});

test('percentiles that nothing supports are a dash', () => {
  const row = renderText(summarise(sample.extremes()), { width: 80, color: false })
    .split('\n')
    .find((line) => line.startsWith('poll'));
  expect(row).toMatch(/– +– +– +9\.00 µs/);
});

test('wide terminals show more columns, narrow ones fewer', () => {
  const head = (width: number) =>
    renderText(summarise(sample.elevenModels()), { width, color: false })
      .split('\n')
      .find((line) => line.startsWith('model ')) ?? '';
  expect(head(120)).toContain('max RSS');
  expect(head(80)).not.toContain('max RSS');
  expect(head(80)).toContain('p99.9');
  expect(head(60)).not.toContain('p99.9');
});

test('no colour unless it is wanted', () => {
  const document = summarise(sample.doubtful());
  expect(renderText(document, { width: 80, color: false })).not.toContain('\u001b');
  expect(renderText(document, { width: 80, color: true })).toContain('\u001b[');
});

test('a name cannot steer the terminal, nor break the width', () => {
  const name = `\u001b[2J\u001b]0;x\u0007${'名'.repeat(60)}`;
  const document = summarise(
    sample.runOf(sample.headerOf([name], { trials: 1 }), [sample.measured(sample.cellOf(name), 1)]),
  );
  const text = renderText(document, { width: 80, color: false });
  expect(text).not.toContain('\u001b');
  expect(text.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
});

test('under an open load latency is what is compared', () => {
  const loads = [sample.open(100)];
  const made = (numbers: readonly number[]) =>
    Object.entries({ poll: 4e6, epoll: 1e6 }).flatMap(([model, ns]) =>
      numbers.map((trial) =>
        sample.measured(sample.cellOf(model, loads[0]), trial, {
          values: Array.from({ length: 2000 }, () => ns * (1 + trial / 100)),
        }),
      ),
    );
  const tableOf = (numbers: readonly number[]) =>
    renderText(
      summarise(sample.runOf(sample.headerOf(['poll', 'epoll'], { trials: numbers.length }), made(numbers))),
      { width: 80, color: false },
    );
  const text = tableOf([1, 2, 3]);
  expect(text).toMatch(/^epoll .*★/m);
  expect(text).toMatch(/^poll .* 4\.00 ×/m);
  // One trial decides nothing: no star, no factor.
  expect(tableOf([1])).not.toMatch(/^(poll|epoll) .*[★×≈]/m);
  expect(tableOf([1, 2])).not.toMatch(/^(poll|epoll) .*[★×≈]/m);
});

test('the cost of a hand-off is a footnote of the cells that pay it', () => {
  const trial = sample.measured(sample.cellOf('thread-per-request'), 1, {
    dispatch: { meanNs: 41e3, p99Ns: 90e3, threads: 4 },
  });
  const text = renderText(
    summarise(sample.runOf(sample.headerOf(['thread-per-request'], { trials: 1 }), [trial])),
    {
      width: 120,
      color: false,
    },
  );
  expect(text).toMatch(/^thread-per-request¹ /m);
  expect(text).toContain(
    '¹ The round trip of an empty request to another thread and back takes 41.0 µs (p99 90.0 µs).',
  );
});

test('a schedule kept by a thread of its own is one footnote of all cells that have one', () => {
  const cells = [
    sample.cellOf('async-callback', sample.open(1000)),
    sample.cellOf('event-loop', sample.open(1000)),
  ];
  const trials = cells.map((cell, index) => sample.measured(cell, 1, { pacingCpuNs: 1e6 + index }));
  const text = renderText(
    summarise(sample.runOf(sample.headerOf(['async-callback', 'event-loop'], { trials: 1 }), trials)),
    {
      width: 120,
      color: false,
    },
  );
  expect(text).toMatch(/^async-callback¹ /m);
  expect(text).toMatch(/^event-loop¹ /m);
  expect(text).toContain('¹ A separate thread keeps the schedule');
});

test('an empty run is said to be empty', () => {
  expect(renderText(summarise(sample.runOf(sample.headerOf([]), [])), { width: 80, color: false })).toContain(
    'Nothing was measured.',
  );
});

test('wrap keeps indents and breaks what has no spaces', () => {
  expect(wrap('one two three', 9, '- ', '  ')).toEqual(['- one two', '  three']);
  expect(wrap('x'.repeat(12), 5)).toEqual(['xxxxx', 'xxxxx', 'xx']);
});

test('lists what was seen on the way through a network, beside the steps or below them', () => {
  const document = {
    ...summarise(sample.everyFigure()),
    stories: [{ workload: 'page-visit', params: {}, about: 'Three hosts.', steps: sample.STEPS }],
  };
  const linesAt = (width: number) => {
    const lines = renderText(document, { width, color: false }).split('\n');
    return lines.slice(lines.findIndex((line) => line.startsWith('On the way')) + 1);
  };
  expect(linesAt(100).slice(0, 2)).toEqual([
    '  route   650 ns  client           which way?',
    '  ARP    12.0 µs  client → router  who has it? ← I have',
  ]);
  const narrow = linesAt(50);
  expect(narrow.slice(narrow.findIndex((line) => line.startsWith('  ARP'))).slice(0, 2)).toEqual([
    '  ARP    12.0 µs  client → router',
    '      who has it? ← I have',
  ]);
});
