/**
 * How throughput grows with the number of clients, with a fit of the Universal Scalability Law, and how far
 * off it is.
 */
import { counted } from '../../quantity.ts';
import type { RunDocument } from '../../result.ts';
import { fitScalability, type ScalabilityFit } from '../../stats/usl.ts';
import { exactRate, formatLoad, formatRate, formatRounded, formatShare } from '../formats/format.ts';
import { isMeasured, type Section } from '../summary/sections.ts';
import { linearAxis, tickedAt, valueAxis } from './axes.ts';
import { type ChartDefinition, chartName, subtitleOf } from './definition.ts';
import type { ChartFamily } from './family.ts';
import { type Line, lineChart } from './lines.ts';
import type { Look } from './look.ts';
import { type Series, seriesOf } from './series.ts';

interface Fitted {
  readonly series: Series;
  readonly points: readonly { clients: number; throughputPerSecond: number; text: string }[];
  readonly fit: ScalabilityFit;
}
const STEPS = 60;

export const scalabilityCharts = {
  kinds: ['scalability'],
  question: 'Where are the limits?',
  usual: ['scalability'],
  draw: fitAndResiduals,
} as const satisfies ChartFamily;

/** An empty list where no model has six numbers of clients. */
function fitAndResiduals(document: RunDocument, section: Section, look: Look): ChartDefinition[] {
  const parts = section.parts.filter(({ load }) => load.kind === 'closed' && !load.thinkNs);
  const fitted = seriesOf(document, parts).flatMap(fitOf);
  if (fitted.length === 0) return [];
  const subtitle = subtitleOf(
    document,
    section,
    parts.map(({ load }) => load),
  );
  const clients = fitted.flatMap(({ points }) => points.map((point) => point.clients));
  const isWide = Math.max(...clients) > 20 * Math.min(...clients);
  const x = tickedAt(
    valueAxis(
      { values: clients, quantity: 'count', title: 'clients', usual: isWide ? 'log' : 'linear' },
      look,
    ),
    clients,
    look,
  );
  const measured = fitted.map(pointsOf);
  const curves = fitted.map((each) => curveOf(each, Math.min(...clients), Math.max(...clients)));
  const values = fitted.flatMap(({ points }) => points.map(({ throughputPerSecond }) => throughputPerSecond));
  const common = { kind: 'scalability', load: undefined, x };
  return [
    lineChart(
      {
        ...common,
        name: chartName('scalability', section),
        texts: {
          title: `${section.workload}: throughput against clients, and the Universal Scalability Law`,
          subtitle,
          howToRead:
            'Marks are measured. Dashed lines are a law fitted to them: each client adds less than the one before, because clients wait for each other. Beyond the peak of a line, more clients no longer help.',
        },
        lines: [...measured, ...curves],
        y: valueAxis({ values, quantity: 'rate', title: 'requests per second', usual: 'linear' }, look),
        table: tableOf(fitted),
      },
      look,
    ),
    residualChart(
      fitted,
      { ...common, name: chartName('scalability', section, 'residuals'), subtitle },
      section,
      look,
    ),
  ];
}

function residualChart(
  fitted: readonly Fitted[],
  { subtitle, ...common }: { name: string; kind: string; load: undefined; x: object; subtitle: string },
  section: Section,
  look: Look,
): ChartDefinition {
  const residuals = fitted.map(
    ({ series, points, fit }): Line => ({
      ...series,
      points: points.map(({ clients }, index) => ({
        x: clients,
        y: fit.residuals[index] ?? 0,
        text: `${signed(fit.residuals[index] ?? 0)} at ${clientsText(clients)}`,
      })),
    }),
  );
  const numbers = [...new Set(fitted.flatMap(({ points }) => points.map(({ clients }) => clients)))].sort(
    (a, b) => a - b,
  );
  return lineChart(
    {
      ...common,
      texts: {
        title: `${section.workload}: deviation from the law`,
        subtitle,
        howToRead:
          'How much more (up) or less (down) was measured than the fitted law predicts: near zero it fits. Marks that form a curve, instead of lying at random, mean that another law holds.',
      },
      lines: residuals,
      y: { ...linearAxis('measured above or below the fit', look, '10%', 'share'), beginAtZero: false },
      table: {
        head: ['model', ...numbers.map(clientsText)],
        rows: residuals.map(({ name, points }) => [
          name,
          ...numbers.map((clients) => signed(points.find(({ x }) => x === clients)?.y)),
        ]),
      },
    },
    look,
  );
}

function fitOf(series: Series): Fitted[] {
  const points = series.cells.flatMap((cell) => {
    if (cell === undefined || !isMeasured(cell) || cell.load.kind !== 'closed') return [];
    return [
      {
        clients: cell.load.concurrency,
        throughputPerSecond: cell.throughputPerSecond.median,
        text: exactRate(cell.throughputPerSecond),
      },
    ];
  });
  const fit = fitScalability(points);
  return fit === undefined ? [] : [{ series, points, fit }];
}

function pointsOf({ series, points }: Fitted): Line {
  const placed = points.map(({ clients, throughputPerSecond, text }) => ({
    x: clients,
    y: throughputPerSecond,
    text: `${text} at ${clientsText(clients)}`,
  }));
  return { ...series, shape: 'points', points: placed };
}

function curveOf({ series, fit }: Fitted, least: number, most: number): Line {
  const points = Array.from({ length: STEPS }, (_, step) => {
    const clients = least * (most / least) ** (step / (STEPS - 1));
    const y = fit.throughputPerSecond(clients);
    return { x: clients, y, text: `the law predicts ${formatRate(y)} at ${roughClients(clients)}` };
  });
  return { ...series, shape: 'line', points };
}

function tableOf(fitted: readonly Fitted[]) {
  return {
    head: [
      'model',
      'one client gets',
      'waiting in line (α)',
      'agreeing with others (β)',
      'most at',
      'explained by the fit (R²)',
    ],
    rows: fitted.map(({ series, fit }) => [
      series.name,
      formatRate(fit.gammaPerSecond),
      formatRounded(fit.alpha),
      formatRounded(fit.beta),
      fit.peakClients === null ? 'ever more clients' : roughClients(fit.peakClients),
      formatShare(Math.max(0, fit.rSquared)),
    ]),
  };
}

function signed(share: number | undefined): string {
  return share === undefined ? '–' : `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}

const roughClients = (clients: number): string => counted(Number(clients.toPrecision(3)), 'client');

function clientsText(concurrency: number): string {
  return formatLoad({ kind: 'closed', concurrency });
}
