/** A run on a machine that was anything but quiet: the same warning about the machine in every cell. */
import { summarise } from '../../src/report/summary/document.ts';
import type { RunDocument } from '../../src/result.ts';
import * as sample from './sample.ts';

export function loaded(): RunDocument {
  const models = ['epoll', 'poll', 'event-loop'];
  const header = sample.headerOf(models, { trials: 3 });
  const trials = models.flatMap((model, index) =>
    [1, 2, 3].map((trial) =>
      sample.measured(sample.cellOf(model, sample.closed(8)), trial, {
        machine: { cpuTimeNs: 4e9, busyShare: 0.6, stealShare: 0, otherShare: 0.3 + 0.1 * index },
      }),
    ),
  );
  return summarise(
    sample.runOf({ ...header, environment: { ...header.environment, governors: ['powersave'] } }, trials),
  );
}
