import { describe, expect, test } from 'vitest';
import { Phases } from '../../../src/run/trial/phases.ts';
import { Recorder } from '../../../src/run/trial/recorder.ts';
import { Histogram } from '../../../src/stats/histogram.ts';
import { Marks } from '../../../src/workloads/marks.ts';

function clockedMarks(phases: readonly string[]) {
  const time = { nowNs: 0 };
  return { time, marks: new Marks(phases, () => time.nowNs) };
}

const sums = (phases: Phases) =>
  phases.read().map(({ name, counts }) => {
    const all = new Histogram();
    all.addCounts(counts);
    return [name, all.count, all.sumNs];
  });

describe('phases', () => {
  test('lie between marks; what was marked twice gets both times', () => {
    const { time, marks } = clockedMarks(['dns', 'tcp', 'tls']);
    const phases = new Phases(['dns', 'tcp', 'tls']);
    marks.begin(1000);
    for (const [phase, atNs] of [
      ['tcp', 1200],
      ['dns', 1250],
      ['tcp', 1350],
    ] as const) {
      time.nowNs = atNs;
      marks.mark(phase);
    }
    phases.record(1000, 1360, marks);
    expect(sums(phases)).toEqual([
      ['dns', 1, 50],
      ['tcp', 1, 300],
      ['rest', 1, 10],
    ]);
  });

  test('of the request before are forgotten', () => {
    const { time, marks } = clockedMarks(['dns']);
    const phases = new Phases(['dns']);
    marks.begin(0);
    time.nowNs = 70;
    marks.mark('dns');
    marks.begin(100);
    phases.record(100, 500, marks);
    expect(sums(phases)).toEqual([['rest', 1, 400]]);
  });

  test('of another thread begin when that thread begins', () => {
    const { time, marks } = clockedMarks(['dns']);
    marks.begin(300);
    time.nowNs = 340;
    marks.mark('dns');
    const here = clockedMarks(['dns']).marks;
    here.begin(100);
    here.take(structuredClone(marks.read()));
    const phases = new Phases(['dns']);
    phases.record(100, 400, here);
    expect(sums(phases)).toEqual([
      ['dispatch', 1, 200],
      ['dns', 1, 40],
      ['rest', 1, 60],
    ]);
  });

  test('are recorded of those requests whose latency is', () => {
    const { time, marks } = clockedMarks(['dns']);
    const recorder = new Recorder(() => 0, { phases: ['dns'] });
    recorder.open(1e9);
    const end = (intendedNs: number, startedNs: number, endedNs: number) => {
      marks.begin(startedNs);
      time.nowNs = startedNs + 100;
      marks.mark('dns');
      recorder.ended({ intendedNs, startedNs, endedNs, marks });
    };
    end(1e9 - 500, 1e9 - 500, 1e9 + 200);
    end(1e9 + 100, 1e9 + 300, 1e9 + 900);
    recorder.finish();
    expect(recorder.latency.count).toBe(1);
    expect(sums(recorder.phases as Phases)).toEqual([
      ['dns', 1, 100],
      ['rest', 1, 500],
    ]);
    expect(recorder.service.sumNs).toBe(600);
  });
});
