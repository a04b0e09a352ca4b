/** What can be typed after `iobench capacity`. */
import { Command } from 'commander';
import { collectWhole } from './collect.ts';
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

export const capacityCommand = new Command('capacity')
  .argument('[workload...]')
  .description(
    'find the highest arrival rate at which each model keeps an objective (workloads named, or in files of your own)',
  )
  .option('--slo <objective>', "the objective, like 'p99<20ms' (p50, p90, p99, p999, mean or max)")
  .addOption(modelOption)
  .option(
    '-p, --param <name.key=value...>',
    "a workload's or a model's parameters; several values (key=a,b) make several searches",
    collectWhole,
  )
  .addOption(networkOption)
  .addOption(workloadFileOption)
  .addOption(threadsOption)
  .addOption(arrivalsOption)
  .addOption(clientsOption)
  .addOption(generatorsOption)
  .addOption(cpusMeasuredOption)
  .addOption(cpusPeersOption)
  .addOption(cpusGeneratorsOption)
  .addOption(launcherMeasuredOption)
  .addOption(launcherPeersOption)
  .addOption(launcherGeneratorsOption)
  .option('--max-rate <n>', 'highest rate to try', '10M')
  .option(
    '--max-in-flight <n>',
    'shed requests beyond this number; a rate that sheds any is not kept',
    '10000',
  )
  .option(
    '-d, --duration <time>',
    'measured window of a step; up to 30 times longer if the objective needs more requests, or an overload more time to show',
    '1s',
  )
  .option(
    '--warmup <time>',
    'shortest warm-up before each step (default: 200ms); it goes on until V8 compiles nothing more',
  )
  .option('--time-limit <time>', 'abort a step after this long, warm-up and drain included')
  .option('--seed <n>', 'seed of the order of steps and of all random numbers', '1')
  .addOption(nameOption)
  .addOption(outOption)
  .addOption(dataOption)
  .addOption(noChartsOption)
  .addOption(jsonDocumentOption)
  .addOption(quietOption);

export type CapacityFlags = ReturnType<typeof capacityCommand.opts>;
