/**
 * How slow this machine is now, beside the one that the kinds' times are from: by what it takes to start the
 * command line.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Place } from './place.ts';

const LIST_MS = 350;
const STARTS = 3;

export async function slownessOfMachine(): Promise<number> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'faults-'));
  const place = new Place(root, path.basename(root));
  try {
    const times: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      const startedMs = performance.now();
      const ended = await place.start(['list']).ended(60_000);
      if (ended?.code !== 0) throw new Error(`iobench list ends with ${ended?.code}: ${ended?.stderr}`);
      times.push(performance.now() - startedMs);
    }
    return Math.max(1, Math.min(...times) / LIST_MS);
  } finally {
    place.remove();
    rmSync(root, { recursive: true, force: true });
  }
}
