/** What can be typed after `iobench list`. */
import { Command } from 'commander';
import { jsonOption, workloadFileOption } from './several-commands.ts';

export const listCommand = new Command('list')
  .description('list models, workloads, their parameters, and which pairs are possible')
  .addOption(workloadFileOption)
  .addOption(jsonOption);

export type ListFlags = ReturnType<typeof listCommand.opts>;
