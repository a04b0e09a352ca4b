import { describe, expect, test } from 'vitest';
import type { WindowLimits } from '../../../src/run/trial/stages.ts';
import type { Window } from '../../../src/run/trial/window.ts';
import { observed } from './observed.ts';

function create(limits: Partial<WindowLimits> = {}) {
  const phases: string[] = [];
  const all = { startNs: 0, warmupNs: 100, warmupRequests: 1, durationNs: 1000, ...limits };
  return { ...observed(all, (phase) => phases.push(phase)), phases };
}

/** A request ends. */
function end(
  window: Window,
  intendedNs: number,
  startedNs: number,
  endedNs: number,
  errorCode?: string,
): void {
  window.ended({ sequence: 0, intendedNs, startedNs, endedNs, freedNs: endedNs, errorCode });
}

describe('a window', () => {
  test('opens with the first request that ends after the warm-up, and does not count that one', () => {
    const { window, stages, counts, phases } = create();
    end(window, 0, 0, 99);
    expect(phases).toEqual([]);
    end(window, 99, 99, 140);
    expect(phases).toEqual(['open']);
    expect({ ...stages, ...counts }).toMatchObject({ completed: 0, openedNs: 140 });
  });

  test('does not open before every client has had its turn', () => {
    const { window, phases } = create({ warmupRequests: 3 });
    end(window, 0, 0, 200);
    end(window, 0, 0, 300);
    expect(phases).toEqual([]);
    end(window, 0, 0, 400);
    expect(phases).toEqual(['open']);
  });

  test('closes with the first request that ends when its time is over, and counts that one', () => {
    const { window, stages, counts, phases } = create({ warmupNs: 0 });
    end(window, 0, 0, 10);
    end(window, 10, 10, 1009);
    expect(stages.isClosed).toBe(false);
    end(window, 1009, 1009, 1010);
    expect(phases).toEqual(['open', 'closed']);
    expect(stages.isClosed).toBe(true);
    expect({ ...stages, ...counts }).toMatchObject({ completed: 2, closedNs: 1010 });
  });

  test('closes with the request that makes the number full', () => {
    const { window, stages, counts } = create({ warmupNs: 0, requests: 3 });
    for (let endNs = 1; endNs <= 4; endNs++)
      end(window, endNs - 1, endNs - 1, endNs, endNs === 3 ? 'EPIPE' : undefined);
    expect(stages.isClosed).toBe(true);
    expect({ ...stages, ...counts }).toMatchObject({ completed: 2, failed: 1, closedNs: 4 });
  });

  test('what ends after it has closed is drained: no throughput, but a latency where it was due in the window', () => {
    const { window, counts, histograms } = create({ warmupNs: 0, requests: 1 });
    end(window, 0, 0, 1);
    end(window, 1.5, 1.5, 2);
    // Due before the opening, and due in the window.
    end(window, 0.5, 0.5, 3);
    end(window, 1.7, 1.7, 4);
    end(window, 1.8, 1.8, 5, 'EPIPE');
    histograms.finish();
    expect(counts).toMatchObject({
      completed: 1,
      drained: 2,
      failed: 0,
      failedDraining: 1,
      errors: new Map([['EPIPE', 1]]),
    });
    expect(histograms.latency.count).toBe(2);
  });

  test('under an open load it closes when its time is over, whatever happens', () => {
    const { window, stages, counts, histograms, phases } = create({
      warmupNs: 0,
      closesOnTime: true,
      durationNs: 300e6,
    });
    end(window, 0, 0, 10e6);
    window.passed(100e6);
    expect(stages.isClosed).toBe(false);
    window.passed(900e6);
    expect(phases).toEqual(['open', 'closed']);
    expect(stages.isClosed).toBe(true);
    expect(stages.closedNs).toBe(310e6);
    end(window, 20e6, 20e6, 900e6);
    expect(counts).toMatchObject({ completed: 0, drained: 1 });
    expect(histograms.timeline).toHaveLength(3);
  });

  test('failures are counted by code and have no latency', () => {
    const { window, counts, histograms } = create({ warmupNs: 0 });
    end(window, 0, 0, 1);
    end(window, 0, 0, 500, 'EPIPE');
    end(window, 0, 0, 600, 'EPIPE');
    end(window, 0, 0, 700, 'HTTP 503');
    end(window, 690, 700, 710);
    histograms.closed();
    expect(counts).toMatchObject({
      completed: 1,
      failed: 3,
      errors: new Map([
        ['EPIPE', 2],
        ['HTTP 503', 1],
      ]),
    });
    expect(histograms.latency.count).toBe(1);
    expect(histograms.latency.meanNs).toBe(20);
  });

  test('latency is from the intended start, service from the actual one, lag is between them', () => {
    const { window, histograms } = create({ warmupNs: 0 });
    end(window, 0, 0, 1);
    end(window, 100, 130, 180);
    histograms.closed();
    expect([histograms.latency.meanNs, histograms.service.meanNs, histograms.lag.meanNs]).toEqual([
      80, 50, 30,
    ]);
  });
});
