/** What can be typed after `iobench compare`. */
import { Command } from 'commander';
import { outOption } from './several-commands.ts';

export const compareCommand = new Command('compare')
  .argument('<base>')
  .argument('<new>')
  .description('show what changed between two runs, and how certain that is')
  .option(
    '--fail-if-slower <percent>',
    'exit with 1 if the whole interval of a cell is slower by more than this, like 5%',
  )
  .option(
    '-f, --format <format>',
    'text, json, markdown, junit or github (for github-action-benchmark)',
    'text',
  )
  .addOption(outOption);

export type CompareFlags = ReturnType<typeof compareCommand.opts>;
