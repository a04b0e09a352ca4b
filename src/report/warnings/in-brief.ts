/**
 * All warnings of a run in a few words: those that its intervals show in one sentence, and the codes of the
 * others.
 */
import { counted, formatDuration } from '../../quantity.ts';
import type { RunDocument } from '../../result.ts';
import { factorToldApart, spreadOf } from '../../stats/resolution.ts';
import { formatRatio, formatShare } from '../formats/format.ts';
import { timingPhrase } from '../formats/heading.ts';
import { isMeasured, sectionsOf } from '../summary/sections.ts';
import { judgedOf } from '../verdicts/closed-verdict.ts';
import { countedOf, groupWarnings, type WarningGroup, warnedIn } from './warning-groups.ts';

/**
 * The sentences that stand before the numbers; empty without warnings. `where` names the place where the
 * warnings are explained, if it is another one.
 */
export function warningsInBrief(document: RunDocument, where?: string): string[] {
  const groups = groupWarnings(warnedIn(document));
  const others = toExplain(groups);
  const kinds = others.map(
    ({ code, found }, index) => `${code} (${index === 0 ? ofAll(found.length, document) : found.length})`,
  );
  return [
    ...groups
      .filter(({ isInFigures }) => isInFigures)
      .flatMap((group) => IN_FIGURES[group.code]?.(document, group) ?? []),
    ...(kinds.length === 0
      ? []
      : [
          `${counted(kinds.length, 'kind')} of warning${where === undefined ? '' : `, explained ${where}`}: ${kinds.join(', ')}.`,
        ]),
  ];
}

/**
 * The warnings that take an explanation: those that make a cell's figures wrong before those of the machine.
 */
export function toExplain(groups: readonly WarningGroup[]): WarningGroup[] {
  const others = groups.filter(({ isInFigures }) => !isInFigures);
  return others.toSorted((a, b) => rank(a) - rank(b));
}

/** Cold code first: its figures change as it is compiled. */
const rank = ({ code, isAboutMachine }: WarningGroup): number =>
  code === 'not-warm' ? 0 : isAboutMachine ? 2 : 1;

/** The sentences of warnings that only repeat what the figures show, by code. */
const IN_FIGURES: Readonly<Record<string, (document: RunDocument, group: WarningGroup) => string[]>> = {
  'wide-interval': (document) => [
    `Trials spread by ${formatShare(trialSpread(document))} here${machineSpread(document)}${distinguishable(document)}; ${halving(document)} would make intervals half as wide.`,
  ],
  'few-requests': (document, { found }) => [
    `Too few requests for a p99: ${ofAll(found.length, document)}; --duration measures for longer.`,
  ],
};

/** The option for intervals half as wide. */
/** Four times the trials; with a budget four times that, at most: it is spent where something is open. */
const halving = (document: RunDocument): string =>
  document.run.budgetNs === undefined
    ? `--trials ${4 * mostTrials(document)}`
    : `--budget ${formatDuration(4 * document.run.budgetNs)}`;

const mostTrials = ({ cells }: RunDocument): number =>
  Math.max(...cells.filter(isMeasured).map(({ trials }) => trials));

/**
 * By which factor models have to differ for this many trials with this spread to show it, in the section with
 * the most models.
 */
function distinguishable(document: RunDocument): string {
  const models = Math.max(
    ...sectionsOf(document).flatMap(({ parts }) => parts.map(({ cells }) => judgedOf(cells).length)),
  );
  if (models < 2) return '';
  const factor = factorToldApart({ deviation: trialSpread(document), models, rounds: mostTrials(document) });
  return `: models that differ by less than ${formatRatio(factor)} can hardly be distinguished`;
}

/** The spread of the trials of the median cell, so that one disturbed cell does not decide. */
function trialSpread({ cells }: RunDocument): number {
  const figures = cells
    .filter(isMeasured)
    .map(({ trialThroughputPerSecond }) => trialThroughputPerSecond.filter((figure) => figure > 0));
  const spreads = figures.flatMap((trials) => (trials.length < 2 ? [] : [spreadOf(trials)]));
  return spreads.sort((a, b) => a - b)[spreads.length >> 1] ?? 0;
}

/** The machine's own timing beside it, if the run has measured that. */
const machineSpread = ({ run: { environment } }: RunDocument): string =>
  environment.timing === undefined ? '' : ` (before them ${timingPhrase(environment.timing)})`;

function ofAll(count: number, document: RunDocument): string {
  const tried = warnedIn(document).filter(({ status }) => status !== 'unsupported');
  return count === tried.length && count > 1 ? `all ${countedOf(tried)}` : `${count} of ${countedOf(tried)}`;
}
