/** Who else uses the CPUs, how evenly they run, the resolution of the clock. */

import { models } from '../../../models/index.ts';
import { counted, formatDuration } from '../../../quantity.ts';
import { factorToldApart } from '../../../stats/resolution.ts';
import { quick } from '../../presets.ts';
import { type Check, found } from './check.ts';
import type { Reading } from './reading.ts';

const OTHER_SHARE = 0.1;
const STEAL_SHARE = 0.02;
const FEW_CPUS = 4;
/** A factor that a choice between models needs to see. */
const COARSE_FACTOR = 2;
const COARSE_STEP_NS = 1000;
/** Read without a system call (vdso(7)); the others cost a call, or an access to a slow chip. */
const FAST_CLOCKS = [
  'tsc',
  'kvm-clock',
  'hyperv_clocksource_tsc_page',
  'arch_sys_counter',
  'timebase',
  'riscv_clocksource',
  'stp',
];

export const cpuChecks: readonly ((reading: Reading) => Check)[] = [
  cpus,
  quota,
  otherLoad,
  steal,
  governor,
  turbo,
  clockSource,
  clockStep,
  timerSlack,
  timing,
];

function cpus({ cpuCount, cpuCountOfMachine, virtualized }: Reading): Check {
  const say = found('CPUs');
  const which =
    cpuCount === cpuCountOfMachine ? `${cpuCount}` : `${cpuCount} of the machine's ${cpuCountOfMachine}`;
  const finding = virtualized ? `${which}, of a virtual machine` : which;
  if (cpuCount === 1)
    return say.doubt(
      `${finding}: model, peers and clients take turns`,
      'Run on a machine with more CPUs, or allow more of them: taskset -pc 0-3 $$',
    );
  if (cpuCount < FEW_CPUS) return say.note(`${finding}: models with many threads share them with the peers`);
  return virtualized ? say.note(finding) : say.ok(finding);
}

function quota({ cpuQuota, cpuCount, platform }: Reading): Check {
  const say = found('CPU quota');
  if (cpuQuota === undefined) return say.unknown(platform);
  if (cpuQuota >= cpuCount) return say.ok('no limit in this control group');
  return say.doubt(
    `${cpuQuota.toFixed(2)} CPUs' time for ${counted(cpuCount, 'CPU')}: the kernel stops the process when that is used up`,
    'docker update --cpu-quota -1 CONTAINER   (or start it without --cpus)',
  );
}

function otherLoad({ load, loadAverage, platform }: Reading): Check {
  const say = found('other load');
  if (load === undefined) return say.unknown(platform);
  const finding = `other processes use ${percent(load.otherShare)} of the CPU time; load average ${loadAverage.toFixed(2)}`;
  return load.otherShare < OTHER_SHARE
    ? say.ok(finding)
    : say.doubt(finding, 'top -o %CPU   (find those processes and stop them)');
}

function steal({ load, platform }: Reading): Check {
  const say = found('steal time');
  if (load === undefined) return say.unknown(platform);
  const finding = `the hypervisor takes ${percent(load.stealShare)} of the CPU time`;
  if (load.stealShare < STEAL_SHARE) return say.ok(finding);
  return say.doubt(
    finding,
    'No command inside the machine fixes it: take a dedicated host, or more and longer trials (--trials 10 --duration 2s)',
  );
}

function governor({ governors, platform }: Reading): Check {
  const say = found('governor');
  if (governors.length === 0)
    return say.note(
      platform === 'linux'
        ? 'the system does not report how frequencies are chosen'
        : say.unknown(platform).finding,
    );
  const others = governors.filter((name) => name !== 'performance');
  if (others.length === 0) return say.ok('performance');
  return say.doubt(
    `${others.join(', ')}: the frequency follows the load`,
    `echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor`,
  );
}

function turbo({ turbo: state, platform }: Reading): Check {
  const say = found('turbo');
  if (state === undefined)
    return say.note(platform === 'linux' ? 'the system reports none' : say.unknown(platform).finding);
  if (!state.isOn) return say.ok('off');
  const off = state.file.endsWith('no_turbo') ? 1 : 0;
  return say.note(
    'on: the frequency depends on heat, and on how many CPUs are busy',
    `echo ${off} | sudo tee ${state.file}`,
  );
}

function clockSource({ clockSource: source, clockSources, platform }: Reading): Check {
  const say = found('clock source');
  if (source === undefined) return say.unknown(platform);
  if (FAST_CLOCKS.includes(source)) return say.ok(source);
  const better = clockSources.find((name) => FAST_CLOCKS.includes(name));
  return say.doubt(
    `${source}: each reading is slow`,
    better === undefined
      ? 'Boot with tsc=reliable on the kernel command line, if the CPU’s counter is steady'
      : `echo ${better} | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource`,
  );
}

function clockStep({ clockStepNs: stepNs }: Reading): Check {
  const say = found('clock step');
  const finding = Number.isFinite(stepNs) ? formatDuration(Math.round(stepNs)) : 'the clock stands still';
  if (stepNs < COARSE_STEP_NS) return say.ok(finding);
  return say.doubt(
    `${finding}: shorter times cannot be measured`,
    'Choose a finer clock source: cat /sys/devices/system/clocksource/clocksource0/available_clocksource',
  );
}

function timerSlack({ timerSlackNs: slackNs, ffiRefusal, platform }: Reading): Check {
  const say = found('timer slack');
  if (slackNs === undefined) return say.unknown(platform);
  if (ffiRefusal === undefined)
    return say.ok(`${formatDuration(slackNs)} here; measured threads set their own to 1ns`);
  return say.note(
    `${formatDuration(slackNs)}: a wait may end that much later, and requests of an open load are sent that late`,
  );
}

/** The smallest factor that quick could show if trials differed because of the machine only. */
function timing({ timing: { windowNs, workSpread, echoSpread } }: Reading): Check {
  const say = found('timing');
  const factor = factorToldApart({
    deviation: Math.max(workSpread, echoSpread ?? 0),
    models: models.length,
    rounds: quick.trials,
  });
  const echo = echoSpread === undefined ? '' : `, an echo between two processes by ${percent(echoSpread)}`;
  const finding = `from one ${windowNs / 1e6} ms to the next fixed work spreads by ${percent(workSpread)}${echo}: here quick shows differences from ${factor.toFixed(factor < 9.95 ? 2 : 0)} × on, at best`;
  if (factor < COARSE_FACTOR) return say.ok(finding);
  return say.doubt(
    finding,
    `iobench run --trials ${4 * quick.trials}   (four times the trials make intervals half as wide), or use a quiet machine`,
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
