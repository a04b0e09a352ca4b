/** What can be typed after `iobench report`. */
import { Command } from 'commander';
import { collect } from './collect.ts';
import { outOption } from './several-commands.ts';

export const reportCommand = new Command('report')
  .argument('[run]')
  .description('show a run (by default the newest)')
  .option('-f, --format <format>', 'text, json, csv, markdown, png or html', 'text')
  .option(
    '--charts <kind,...>',
    'with png: only charts of these kinds, at every load (throughput, latency, curve, ...)',
    collect,
  )
  .option('--theme <theme>', 'with png: light or dark', 'light')
  .addOption(outOption);

export type ReportFlags = ReturnType<typeof reportCommand.opts>;
