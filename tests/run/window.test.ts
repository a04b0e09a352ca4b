import { describe, expect, test } from 'vitest';
import { Recorder } from '../../src/run/recorder.ts';
import { Window, type WindowLimits } from '../../src/run/window.ts';

function create(limits: Partial<WindowLimits> = {}) {
  const histograms = new Recorder(() => 0);
  const phases: string[] = [];
  const all = { startNs: 0, warmupNs: 100, warmupRequests: 1, durationNs: 1000, requests: Number.POSITIVE_INFINITY, ...limits };
  const window = new Window(all, histograms, (phase) => phases.push(phase));
  return { window, histograms, phases };
}

/** A request ends. */
function end(window: Window, intendedNs: number, startedNs: number, endedNs: number, errorCode?: string): void {
  window.record({ sequence: 0, intendedNs, startedNs, endedNs, freedNs: endedNs, errorCode });
}

describe('a window', () => {
  test('opens with the first request that ends after the warm-up, and does not count that one', () => {
    const { window, phases } = create();
    end(window, 0, 0, 99);
    expect(phases).toEqual([]);
    end(window, 99, 99, 140);
    expect(phases).toEqual(['open']);
    expect(window).toMatchObject({ completed: 0, openedNs: 140 });
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
    const { window, phases } = create({ warmupNs: 0 });
    end(window, 0, 0, 10);
    end(window, 10, 10, 1009);
    expect(window.isClosed).toBe(false);
    end(window, 1009, 1009, 1010);
    expect(phases).toEqual(['open', 'closed']);
    expect(window).toMatchObject({ isClosed: true, completed: 2, closedNs: 1010 });
  });

  test('closes with the request that makes the number full', () => {
    const { window } = create({ warmupNs: 0, requests: 3 });
    for (let endNs = 1; endNs <= 4; endNs++) end(window, endNs - 1, endNs - 1, endNs, endNs === 3 ? 'EPIPE' : undefined);
    expect(window).toMatchObject({ isClosed: true, completed: 2, failed: 1, closedNs: 4 });
  });

  test('ignores what ends after it has closed', () => {
    const { window, histograms } = create({ warmupNs: 0, requests: 1 });
    for (let endNs = 1; endNs <= 5; endNs++) end(window, 0, 0, endNs);
    expect(window.completed).toBe(1);
    expect(histograms.latency.count).toBe(1);
  });

  test('failures are counted by code and have no latency', () => {
    const { window, histograms } = create({ warmupNs: 0 });
    end(window, 0, 0, 1);
    end(window, 0, 0, 500, 'EPIPE');
    end(window, 0, 0, 600, 'EPIPE');
    end(window, 0, 0, 700, 'HTTP 503');
    end(window, 690, 700, 710);
    histograms.close();
    expect(window).toMatchObject({ completed: 1, failed: 3, errors: { EPIPE: 2, 'HTTP 503': 1 } });
    expect(histograms.latency.count).toBe(1);
    expect(histograms.latency.meanNs).toBe(20);
  });

  test('latency is from the intended start, service from the actual one, lag is between them', () => {
    const { window, histograms } = create({ warmupNs: 0 });
    end(window, 0, 0, 1);
    end(window, 100, 130, 180);
    histograms.close();
    expect([histograms.latency.meanNs, histograms.service.meanNs, histograms.lag.meanNs]).toEqual([80, 50, 30]);
  });
});
