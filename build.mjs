/**
 * Builds `dist/` from nothing, so that no file is left of a source that is gone: tsc, and what it cannot do.
 * That is to bundle the page's script for browsers and what every trial starts anew, to bundle the process
 * that draws pictures (its drawing library is a dev dependency whose own `canvas` needs a download at
 * install), and to copy fonts and the style sheet.
 */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = import.meta.dirname;
const from = join(root, 'src', 'report');
const to = join(root, 'dist', 'report');
const shared = { bundle: true, format: 'esm', logLevel: 'warning', legalComments: 'eof' };

/**
 * One script, to be set into the page. Comments are kept out of it: a licence that holds a tag would end it.
 */
function bundlePage() {
  return build({
    ...shared,
    entryPoints: [join(from, 'page', 'main.ts')],
    outfile: join(to, 'page', 'page.js'),
    platform: 'browser',
    target: 'es2022',
    minify: true,
    banner: { js: '/* chart.js: MIT licence, Copyright (c) Chart.js Contributors. */' },
    legalComments: 'none',
  });
}

/**
 * What every trial starts anew, in one file each: a process or a thread that loads a hundred small ones
 * starts late. Each keeps its place, so that what it looks for beside itself is there.
 */
function bundleMeasured() {
  const trial = ['cell.main', 'thread.requests', 'thread.loop', 'thread.helper', 'thread.alarm'].map(
    (name) => `trial/${name}`,
  );
  const serving = ['sessions', 'server-loop', 'accounts', 'housekeeping'].map((name) => `thread.${name}`);
  const server = ['server.main', ...serving].map((name) => `server/${name}`);
  return build({
    ...shared,
    entryPoints: [...trial, ...server, 'processes/prepare.main'].map((name) =>
      join(root, 'src', 'run', `${name}.ts`),
    ),
    outdir: join(root, 'dist', 'run'),
    platform: 'node',
    target: 'node20',
    external: ['koffi', 'piscina', 'jiti', 'undici'],
    plugins: [publicEntry],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
}

/** What every start reads, even to show the help: one file instead of eleven small ones. */
function bundleOptions() {
  return build({
    ...shared,
    entryPoints: [join(root, 'src', 'commands', 'options', 'index.ts')],
    outfile: join(root, 'dist', 'commands', 'options', 'index.js'),
    platform: 'node',
    target: 'node20',
    external: ['commander'],
  });
}

/** Only a workload file of the user's own asks for the public entry: it is loaded then, as it is. */
const publicEntry = {
  name: 'public-entry',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: '../../index.js', external: true }));
  },
};

/** The drawing library asks for `canvas`; it gets the one that ships its binary inside its package. */
function bundlePictures() {
  return build({
    ...shared,
    entryPoints: [join(from, 'formats', 'png.main.ts')],
    outfile: join(to, 'formats', 'png.bundle.js'),
    platform: 'node',
    target: 'node20',
    alias: { canvas: '@napi-rs/canvas' },
    external: ['@napi-rs/canvas'],
    plugins: [staticCanvas],
    // The library is CommonJS and calls require.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
}

/**
 * The library loads `canvas` by a computed name, which no bundler can follow: the name is always the same
 * one.
 */
const staticCanvas = {
  name: 'static-canvas',
  setup({ onLoad }) {
    onLoad({ filter: /chartjs-node-canvas[/\\]dist[/\\]freshRequire\.js$/ }, async ({ path }) => {
      if (!(await readFile(path, 'utf8')).includes('freshRequire'))
        throw new Error(`${path} is not what this build expects`);
      return { contents: "exports.freshRequire = () => require('canvas');", loader: 'js' };
    });
  },
};

/** What `tsc` made of the two bundles' sources would not run where the package is installed. */
async function removeUnbundled() {
  const pages = (await readdir(join(to, 'page'))).filter((name) => !['page.js', 'style.css'].includes(name));
  const unbundled = [join(to, 'formats', 'png.main.js'), ...pages.map((name) => join(to, 'page', name))];
  await Promise.all(unbundled.map((path) => rm(path, { force: true })));
}

async function copyFonts() {
  const font = dirname(require.resolve('@fontsource/inter/package.json'));
  const fonts = join(to, 'formats', 'fonts');
  const names = ['400', '600'].map((weight) => `inter-latin-${weight}-normal.woff2`);
  await Promise.all([
    ...names.map((name) => copy(join(font, 'files', name), join(fonts, name))),
    copy(join(font, 'LICENSE'), join(fonts, 'LICENSE')),
  ]);
}

async function copy(source, target) {
  await mkdir(dirname(target), { recursive: true });
  await copyFile(source, target);
}

await rm(join(root, 'dist'), { recursive: true, force: true });
try {
  execFileSync(
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'],
    { cwd: root, stdio: 'inherit' },
  );
} catch {
  // It has said why.
  process.exit(1);
}
await Promise.all([
  bundlePage(),
  bundlePictures(),
  bundleMeasured(),
  bundleOptions(),
  copyFonts(),
  copy(join(from, 'page', 'style.css'), join(to, 'page', 'style.css')),
]);
await removeUnbundled();
