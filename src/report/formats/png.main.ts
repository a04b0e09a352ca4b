/**
 * Draws charts, in a process of its own: the drawing library changes global state, and a crash in it must not
 * take the report along. Reads `{ document, folder, theme, only }` as JSON from stdin, writes the pictures,
 * prints their paths as JSON.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { GlobalFonts } from '@napi-rs/canvas';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { RunDocument } from '../../result.ts';
import type { ChartDefinition, ChartKind } from '../charts/index.ts';
import { pictureLook, type ThemeName } from '../charts/look.ts';
import { pictureCharts } from '../charts/pictures.ts';
import { writeWhole } from './whole-file.ts';

export interface PngRequest {
  readonly document: RunDocument;
  /** Where the pictures go; it is made if it is missing. */
  readonly folder: string;
  readonly theme: ThemeName;
  /** The kinds of charts; the usual ones if left out. */
  readonly only?: readonly ChartKind[];
}

/** A slide's shape, drawn at twice its size. */
const WIDTH = 1280;
const HEIGHT = 720;
const SCALE = 2;

/** The descriptor that ends at the parent. */
const PARENT = 3;

async function main(): Promise<void> {
  new Worker(new URL('./thread.parent.js', import.meta.url), { workerData: PARENT }).unref();
  const { document, folder, theme, only } = (await json(process.stdin)) as PngRequest;
  for (const weight of ['400', '600']) {
    GlobalFonts.registerFromPath(
      fileURLToPath(new URL(`./fonts/inter-latin-${weight}-normal.woff2`, import.meta.url)),
      'Inter',
    );
  }
  const look = pictureLook(theme);
  const renderer = new ChartJSNodeCanvas({
    width: WIDTH,
    height: HEIGHT,
    backgroundColour: look.theme.background,
  });
  mkdirSync(folder, { recursive: true });
  const names = [];
  for (const chart of pictureCharts(document, look, only)) {
    writeWhole(join(folder, `${chart.name}.png`), draw(renderer, chart));
    names.push(`${chart.name}.png`);
  }
  process.stdout.write(JSON.stringify(names));
}

/** The synchronous call: the other one never ends with this canvas. */
function draw(renderer: ChartJSNodeCanvas, { configuration }: ChartDefinition): Buffer {
  return renderer.renderToBufferSync({
    ...configuration,
    options: { ...configuration.options, devicePixelRatio: SCALE },
  });
}

await main();
