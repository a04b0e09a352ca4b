import { deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkHistograms, faultOf } from '../../../src/run/stored/stored-histograms.ts';
import { encodeCounts } from '../../../src/stats/encoded-histogram.ts';
import { Histogram } from '../../../src/stats/histogram.ts';
import { headerOf, measured, open } from '../../report/sample.ts';

const histogram = new Histogram();
for (const ns of [0, 1, 5e3, 5e3, 7e9, 3_600e9]) histogram.record(ns);
const stored = encodeCounts(histogram.toCounts()).hdr;
const of = (hdr: string) => faultOf({ hdr, meanNs: 0 });

/** The same with other bytes inside. */
function withInside(change: (inner: Buffer) => Buffer): string {
  const outer = Buffer.from(stored, 'base64');
  const packed = deflateSync(change(inflateSync(outer.subarray(8))));
  const head = Buffer.from(outer.subarray(0, 8));
  head.writeInt32BE(packed.length, 4);
  return Buffer.concat([head, packed]).toString('base64');
}
test('what was written has no fault, an empty one included', () => {
  expect(of(stored)).toBeUndefined();
  expect(of(encodeCounts(new Histogram().toCounts()).hdr)).toBeUndefined();
});

test.each([
  ['', 'base64'],
  ['__proto__', 'base64'],
  [`${stored.slice(0, 20)}=${stored.slice(21)}`, 'base64'],
  ['AAAAAAAAAAAAAAAA', 'no HdrHistogram'],
  [stored.slice(0, 40), 'length'],
])('%j is damaged', (text, why) => {
  expect(of(text)).toContain(why);
});

test('a decoder that would read for ever, or ask for all memory, is never begun', () => {
  const long = (bytes: Buffer) => (inner: Buffer) => {
    const head = Buffer.from(inner.subarray(0, 40));
    head.writeInt32BE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  };
  // A run of 2^40 empty bins; a count that is cut off; more zeros than there are bins; another shape.
  expect(of(withInside(long(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0x3f]))))).toContain('more bins');
  expect(of(withInside(long(Buffer.from([0x80, 0x80]))))).toContain('cut off');
  expect(of(withInside(long(Buffer.alloc(100_000))))).toContain('more bins');
  expect(of(withInside(long(Buffer.alloc(20_000_000))))).toContain('decompressed');
  expect(
    of(withInside((inner) => Buffer.concat([inner.subarray(0, 24), Buffer.alloc(8, 1), inner.subarray(32)]))),
  ).toContain('shape');
});

test('the trials of steps are looked at like any other', () => {
  const cell = { model: 'epoll', workload: 'tcp-echo', params: {} };
  const trial = measured({ ...cell, load: open(1000) }, 1);
  const step = {
    kind: 'step',
    cell,
    objective: 'p99<20ms',
    ratePerSecond: 1000,
    kept: true,
    measured: 'p99 5.00 ms',
    trial,
  } as const;
  const run = { header: headerOf(['epoll']), trials: [], warnings: [] };
  expect(() => checkHistograms({ ...run, steps: [step] })).not.toThrow();
  const damaged = { ...step, trial: { ...trial, latency: { ...trial.latency, hdr: '__proto__' } } };
  expect(() => checkHistograms({ ...run, steps: [step, damaged] })).toThrow(
    'the histogram latency of tcp-echo, epoll, trial 1 is damaged',
  );
});
