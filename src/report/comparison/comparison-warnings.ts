/** Warnings about a comparison of two runs. */
import type { RunDocument } from '../../result.ts';
import { placementPhrases } from '../formats/heading.ts';
import { countedOf, warnedIn } from '../warnings/warning-groups.ts';

/** What has to be the same for two runs to be comparable, and its name in a sentence. */
const MACHINE = {
  cpuModel: 'CPU',
  cpuCount: 'number of CPUs',
  memoryBytes: 'memory in bytes',
  platform: 'platform',
  arch: 'architecture',
  kernel: 'kernel',
  node: 'Node',
  libuv: 'libuv',
  uvThreadpoolSize: 'libuv pool',
  dataFileSystem: 'file system of the data',
  iobench: 'iobench',
} as const;

/** Sentences that explain why a difference may not be the code's. */
export function comparisonWarnings(base: RunDocument, next: RunDocument): string[] {
  const [before, after] = [base.run.environment, next.run.environment];
  const keys = Object.keys(MACHINE) as (keyof typeof MACHINE)[];
  const differing = keys
    .filter((key) => before[key] !== after[key])
    .map((key) => `${MACHINE[key]}: ${before[key]} in BASE, ${after[key]} in NEW`);
  const [placedBefore, placedAfter] = [base, next].map(
    ({ run }) => placementPhrases(run.cpus).join(', ') || 'wherever the system put them',
  );
  const doubtful = [base, next].map((document) =>
    warnedIn(document).filter(({ warnings }) => warnings.length > 0),
  );
  return [
    ...(base.run.id === next.run.id ? ['Both are the same run.'] : []),
    ...differing.map(
      (difference) => `Not the same machine: ${difference}. A difference may be the machine's.`,
    ),
    ...(placedBefore === placedAfter
      ? []
      : [`Processes were placed differently: ${placedBefore} in BASE, ${placedAfter} in NEW.`]),
    ...doubtful.flatMap((warned, side) => {
      if (warned.length === 0) return [];
      return [
        `${side === 0 ? 'BASE' : 'NEW'} has warnings on ${countedOf(warned)}: read them with iobench report before believing a difference.`,
      ];
    }),
  ];
}
