/** What can be typed after `iobench run`. */
import { Command } from 'commander';
import { collect, collectWhole } from './collect.ts';
import {
  arrivalsOption,
  clientsOption,
  cpusGeneratorsOption,
  cpusMeasuredOption,
  cpusPeersOption,
  dataOption,
  generatorsOption,
  jsonDocumentOption,
  launcherGeneratorsOption,
  launcherMeasuredOption,
  launcherPeersOption,
  modelOption,
  nameOption,
  networkOption,
  noChartsOption,
  outOption,
  quietOption,
  threadsOption,
  workloadFileOption,
} from './several-commands.ts';

export const runCommand = new Command('run')
  .argument('[workload...]')
  .description('measure workloads (named, or in files of your own) under models, and draw the charts')
  .addOption(modelOption)
  .option(
    '-c, --concurrency <n,...>',
    'number of clients that each wait for their answer (a closed load)',
    collect,
  )
  .option('--think <time>', 'how long a client waits before its next request', '0')
  .option(
    '-r, --rate <n,...>',
    'requests per second, sent whether or not answers arrive (an open load)',
    collect,
  )
  .addOption(arrivalsOption)
  .addOption(clientsOption)
  .addOption(generatorsOption)
  .option('--client <program>', 'where the model is a server of HTTP: load it by this program, too: wrk')
  .addOption(cpusMeasuredOption)
  .addOption(cpusPeersOption)
  .addOption(cpusGeneratorsOption)
  .addOption(launcherMeasuredOption)
  .addOption(launcherPeersOption)
  .addOption(launcherGeneratorsOption)
  .option(
    '--max-in-flight <n>',
    'under an open load, shed requests beyond this number, and count them',
    '10000',
  )
  .addOption(threadsOption)
  .option(
    '-p, --param <name.key=value...>',
    "a workload's or a model's parameters; several values (key=a,b) make several cells",
    collectWhole,
  )
  .option('-d, --duration <time>', 'measured window of a trial')
  .option('--requests <n>', 'end the window after N requests, if that comes first')
  .option(
    '--warmup <time>',
    "shortest warm-up before each window (default: the preset's); it goes on until V8 compiles nothing more. 0 measures cold code",
  )
  .option('-t, --trials <n>', 'trials per cell, each in a fresh process')
  .option(
    '--budget <time>',
    'measure for this long at most: all cells three times, then those whose rank is still open (default: 90s without --trials)',
  )
  .option(
    '--until <percent>',
    'measure until all intervals are this narrow, like 5%, or the budget is spent (10m)',
  )
  .option('--time-limit <time>', 'abort a trial after this long, warm-up and drain included')
  .option('--preset <name>', 'smoke, quick, standard or thorough (default: the loads of quick)')
  .addOption(networkOption)
  .addOption(workloadFileOption)
  .option('--seed <n>', 'seed of the order of trials and of all random numbers', '1')
  .addOption(nameOption)
  .addOption(outOption)
  .addOption(dataOption)
  .option(
    '--threshold <threshold...>',
    "exit with 1 if a cell misses it, like 'tcp-echo/epoll: p99<2ms'",
    collectWhole,
  )
  .option('--count-syscalls', 'count system calls per request, in extra trials under strace')
  .addOption(noChartsOption)
  .addOption(jsonDocumentOption)
  .addOption(quietOption);

export type RunFlags = ReturnType<typeof runCommand.opts>;
