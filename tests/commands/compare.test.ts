import { expect, test, vi } from 'vitest';
import { compare, parsePercent } from '../../src/commands/compare.ts';
import { UserError } from '../../src/errors.ts';
import { createRun } from '../../src/run/stored/store.ts';
import { cellOf, headerOf, measured } from '../report/sample.ts';
import { workspace } from '../workspace.ts';

/** A stored run of one cell, at about so many requests a second. */
function store(out: string, id: string, perSecond: number, model = 'epoll'): void {
  const run = createRun(out, headerOf([model], { id }));
  for (const [index, noise] of [1, 1.01, 0.99, 1.005, 0.995].entries()) {
    run.append(measured(cellOf(model), index + 1, { count: 2000, windowNs: 2000e9 / (perSecond * noise) }));
  }
  run.close();
}

async function compared(
  base: string,
  next: string,
  flags: { failIfSlower?: string; format?: string; out: string },
) {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    return { code: await compare(base, next, { format: 'text', ...flags }), output: written.join('') };
  } finally {
    spy.mockRestore();
  }
}

test('a slowdown beyond the limit gives 1, one within it 0', async () => {
  const out = workspace();
  store(out, 'before', 50e3);
  store(out, 'after', 45e3);
  expect((await compared('before', 'after', { out, failIfSlower: '5%' })).code).toBe(1);
  expect((await compared('before', 'after', { out, failIfSlower: '12' })).code).toBe(0);
  expect((await compared('before', 'after', { out })).code).toBe(0);
  expect((await compared('after', 'before', { out, failIfSlower: '5%' })).code).toBe(0);
});

test.each(['text', 'json', 'markdown', 'junit', 'github'])('%s is printed on stdout', async (format) => {
  const out = workspace();
  store(out, 'before', 50e3);
  store(out, 'after', 45e3);
  const { output } = await compared('before', 'after', { out, format });
  expect(output).toContain('epoll');
  expect(output).toContain('1.11 × slower');
});

test('a capacity that fell beyond the limit gives 1', async () => {
  const out = workspace();
  for (const [id, ratePerSecond, failedAtPerSecond] of [
    ['before', 1000, 1050],
    ['after', 794, 832],
  ] as const) {
    const run = createRun(out, headerOf(['epoll'], { id, trials: 1 }));
    const { load: _, ...cell } = cellOf('epoll');
    run.append({ kind: 'capacity', cell, objective: 'p99<20ms', ratePerSecond, failedAtPerSecond });
    run.close();
  }
  const { code, output } = await compared('before', 'after', { out, failIfSlower: '5%' });
  expect([code, output]).toEqual([1, expect.stringContaining('carries 0.79 × as much')]);
  expect((await compared('before', 'after', { out, failIfSlower: '20%' })).code).toBe(0);
});

test('wrong usage is refused with a hint', async () => {
  const out = workspace();
  store(out, 'before', 50e3);
  store(out, 'other', 50e3, 'poll');
  await expect(compared('before', 'before', { out, format: 'xml' })).rejects.toThrow(
    'there is no format "xml"',
  );
  await expect(compared('before', 'nowhere', { out })).rejects.toThrow('there is no run "nowhere"');
  await expect(compared('before', 'before', { out, failIfSlower: 'much' })).rejects.toMatchObject({
    exitCode: 2,
    hint: expect.stringContaining('5%'),
  });
  await expect(compared('before', 'other', { out })).rejects.toMatchObject({
    exitCode: 2,
    hint: 'tcp-echo (messageSize 64 B), poll: only in NEW',
  });
});

test('a limit is written in percent', () => {
  expect(['5%', '5', ' 2.5 % ', '0'].map(parsePercent)).toEqual([5, 5, 2.5, 0]);
  for (const written of ['', 'five', '-5', '100%', '5%%', '0x5'])
    expect(() => parsePercent(written)).toThrow(UserError);
});
