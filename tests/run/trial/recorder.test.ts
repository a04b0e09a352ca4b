import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../src/load/random.ts';
import { Recorder } from '../../../src/run/trial/recorder.ts';
import { Histogram } from '../../../src/stats/histogram.ts';

describe('what is recorded', () => {
  test('is the same whether a request was punctual or late, and whatever slot it ended in', () => {
    const recorder = new Recorder(() => 0);
    const expected = { latency: new Histogram(), service: new Histogram(), lag: new Histogram() };
    const random = randomFrom(2);
    recorder.open(0);
    for (let endedNs = 0; endedNs < 1.05e9; endedNs += random() * 1e6) {
      const lagNs = random() < 0.5 ? 0 : Math.floor(random() * 5e6);
      const serviceNs = Math.floor(random() * 2e6);
      recorder.passed(endedNs);
      // What was due before the opening is no part of the window's latency.
      if (endedNs - serviceNs - lagNs <= 0) continue;
      recorder.ended({ intendedNs: endedNs - serviceNs - lagNs, startedNs: endedNs - serviceNs, endedNs });
      expected.latency.record(serviceNs + lagNs);
      expected.service.record(serviceNs);
      expected.lag.record(lagNs);
    }
    recorder.closed();
    for (const name of ['latency', 'service', 'lag'] as const) {
      const { lowestBin, counts } = expected[name].toCounts();
      expect(recorder[name].toCounts()).toMatchObject({ lowestBin, counts });
      expect(recorder[name].meanNs).toBeCloseTo(expected[name].meanNs, 3);
    }
  });

  test('has an entry for each slot that is over, with what ended in it', () => {
    const recorder = new Recorder((nowNs) => nowNs / 1e8);
    recorder.open(0);
    for (const [endedNs, tookNs] of [
      [10e6, 3e6],
      [20e6, 5e6],
      [340e6, 7e6],
      [360e6, 9e6],
    ] as const) {
      recorder.passed(endedNs);
      recorder.ended({ intendedNs: endedNs - tookNs, startedNs: endedNs - tookNs, endedNs });
    }
    recorder.closed();
    expect(recorder.timeline).toEqual([
      {
        atNs: 0,
        throughputPerSecond: 20,
        p50Ns: expect.closeTo(3e6, -5),
        p99Ns: expect.closeTo(5e6, -5),
        inFlight: 1,
      },
      { atNs: 100e6, throughputPerSecond: 0, p50Ns: null, p99Ns: null, inFlight: 2 },
      { atNs: 200e6, throughputPerSecond: 0, p50Ns: null, p99Ns: null, inFlight: 3 },
    ]);
  });

  test('has the failures of each slot, from the opening on, and in no histogram', () => {
    const recorder = new Recorder(() => 0);
    recorder.open(0);
    recorder.failed({ endedNs: 90e6 });
    recorder.open(100e6);
    for (const endedNs of [130e6, 110e6, 320e6]) {
      recorder.passed(endedNs);
      recorder.failed({ endedNs });
    }
    recorder.passed(400e6);
    recorder.closed();
    expect(recorder.timeline.map(({ failed }) => failed)).toEqual([
      { requests: 2, firstAtNs: 10e6, lastAtNs: 30e6 },
      undefined,
      { requests: 1, firstAtNs: 220e6, lastAtNs: 220e6 },
    ]);
    expect(recorder.latency.count).toBe(0);
  });

  test('leaves out of the whole what was due before the opening, and keeps it in its slots', () => {
    const recorder = new Recorder(() => 0);
    recorder.open(100e6);
    recorder.ended({ intendedNs: 100e6, startedNs: 110e6, endedNs: 150e6 });
    recorder.ended({ intendedNs: 120e6, startedNs: 120e6, endedNs: 130e6 });
    recorder.passed(200e6);
    recorder.closed();
    // Drained: it has a latency, and no slot.
    recorder.ended({ intendedNs: 190e6, startedNs: 210e6, endedNs: 310e6 });
    recorder.finish();
    expect(recorder.timeline).toMatchObject([{ throughputPerSecond: 20, p99Ns: expect.closeTo(50e6, -5) }]);
    expect([recorder.latency.count, recorder.latency.meanNs, recorder.early.meanNs]).toEqual([2, 65e6, 50e6]);
  });

  test('begins anew when it is opened again: nothing of the warm-up is kept', () => {
    const recorder = new Recorder(() => 7, { keepsSlots: true });
    const record = (endedNs: number) => {
      recorder.passed(endedNs);
      recorder.ended({ intendedNs: endedNs - 1000, startedNs: endedNs - 400, endedNs });
    };
    recorder.open(0);
    for (const endedNs of [50e6, 150e6, 320e6]) record(endedNs);
    expect(recorder.timeline).toHaveLength(3);
    recorder.open(330e6);
    for (const endedNs of [340e6, 435e6]) record(endedNs);
    recorder.closed();
    expect(recorder.timeline).toEqual([
      expect.objectContaining({ atNs: 0, throughputPerSecond: 10, inFlight: 7 }),
    ]);
    expect(recorder.slots).toHaveLength(1);
    for (const histogram of [recorder.latency, recorder.service, recorder.lag])
      expect(histogram.count).toBe(2);
  });
});
