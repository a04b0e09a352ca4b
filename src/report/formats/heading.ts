/** The lines about the run before any number. */
import { join } from 'shlex';
import { counted, formatCpus, formatDuration, plural } from '../../quantity.ts';
import type { MachineTiming, RunDocument } from '../../result.ts';
import { isMeasured } from '../summary/sections.ts';
import { formatBytes, formatMoment, formatShare } from './format.ts';

/** The machine and the versions, as short phrases. */
export function environmentPhrases({ run: { environment } }: RunDocument): string[] {
  return [
    `${environment.cpuModel} × ${environment.cpuCount}`,
    `${formatBytes(environment.memoryBytes)} memory`,
    `${systemOf(environment)} ${environment.arch}`,
    `Node ${environment.node}`,
    `iobench ${environment.iobench}`,
    `data on ${environment.dataFileSystem}`,
    `libuv pool ${environment.uvThreadpoolSize}`,
    `load average before ${environment.loadAverageBefore.toFixed(2)}`,
    ...(environment.virtualized ? ['a virtual machine'] : []),
    ...(environment.gitCommit === undefined ? [] : [`commit ${environment.gitCommit}`]),
  ];
}

/**
 * How evenly the machine ran before the run: `fixed work and an echo spread by 2.0 % and 8.0 % from one 50 ms
 * to the next`.
 */
export function timingPhrase({ windowNs, workSpread, echoSpread }: MachineTiming): string {
  const next = `from one ${windowNs / 1e6} ms to the next`;
  if (echoSpread === undefined) return `fixed work spreads by ${formatShare(workSpread)} ${next}`;
  return `fixed work and an echo spread by ${formatShare(workSpread)} and ${formatShare(echoSpread)} ${next}`;
}

/** `Linux 6.1.0`: without the platform's name if the kernel's name has it. */
export function systemOf({ platform, kernel }: RunDocument['run']['environment']): string {
  return kernel.toLowerCase().startsWith(platform) ? kernel : `${platform} ${kernel}`;
}

/** The machine in one line, for the subtitle of a chart. */
export function machineLine({ run: { environment } }: RunDocument): string {
  return `${environment.cpuModel} × ${environment.cpuCount}  ·  Node ${environment.node}  ·  ${systemOf(environment)}`;
}

/** How the run was made, as short phrases. */
export function runPhrases(document: RunDocument): string[] {
  const { startedAt, seed, budgetNs, looks = [] } = document.run;
  return [
    formatMoment(startedAt),
    `${trialsPerCell(document)} per cell`,
    ...(budgetNs === undefined
      ? []
      : [`budget ${formatDuration(budgetNs)}, ${counted(looks.length, 'look')}`]),
    `seed ${seed}`,
    ...placementPhrases(document.run.cpus),
    ...launcherPhrases(document.run.launchers),
  ];
}

/** Where processes stayed: `peers on CPU 1`. */
export const placementPhrases = (cpus: RunDocument['run']['cpus'] = {}): string[] =>
  Object.entries(cpus).flatMap(([role, list]) =>
    list === undefined ? [] : [`${role} on ${plural(list.length, 'CPU')} ${formatCpus(list)}`],
  );

/** What started processes: `measured under nice -n 5`. */
export const launcherPhrases = (launchers: RunDocument['run']['launchers'] = {}): string[] =>
  Object.entries(launchers).flatMap(([role, words]) =>
    words === undefined ? [] : [`${role} under ${join(words)}`],
  );

/** As many as were planned; with a budget, as many as there were. */
function trialsPerCell({ run, cells }: RunDocument): string {
  const numbers = cells.filter(isMeasured).map(({ trials }) => trials);
  if (run.budgetNs === undefined || numbers.length === 0) return counted(run.trials, 'trial');
  const [fewest, most] = [Math.min(...numbers), Math.max(...numbers)];
  return fewest === most ? counted(most, 'trial') : `${fewest} to ${counted(most, 'trial')}`;
}
