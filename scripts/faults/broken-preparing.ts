/** Workloads that are broken in what they prepare, and in their peers. */
import { type BrokenWorkload, SLEEPS, withFields } from './broken-workload.ts';

const PROCESS = "import process from 'node:process';\n";
const CHILD = "import { spawn } from 'node:child_process';\n";

/** A peer of the user's own, which the workload starts. */
const peer = (name: string, text: string, isEndless = false): BrokenWorkload => ({
  name,
  text: withFields(
    `prepare: ({ startPeer }) => startPeer(new URL('./${name}-peer.mjs', import.meta.url)), ${SLEEPS}`,
  ),
  beside: { name: `${name}-peer.mjs`, text },
  isEndless,
});

export const brokenInPreparing: readonly BrokenWorkload[] = [
  { name: 'prepare-loops', text: withFields(`prepare() { for (;;); }, ${SLEEPS}`), isEndless: true },
  {
    name: 'prepare-never-ends',
    text: withFields(`prepare: () => new Promise(() => {}), ${SLEEPS}`),
    isEndless: true,
  },
  { name: 'prepare-rejects-with-nothing', text: withFields(`prepare: () => Promise.reject(), ${SLEEPS}`) },
  {
    name: 'prepare-rejects-with-escapes',
    text: withFields(
      `prepare: async () => { throw new Error('\\u001b[2J\\u009b31m\\n    at x (y:1:2)'); }, ${SLEEPS}`,
    ),
  },
  { name: 'prepare-returns-a-function', text: withFields(`prepare: () => ({ f: () => {} }), ${SLEEPS}`) },
  {
    name: 'prepare-returns-a-hostile-object',
    text: withFields(`prepare: () => ({ get x() { throw new Error('no'); } }), ${SLEEPS}`),
  },
  { name: 'prepare-returns-much', text: withFields(`prepare: () => 'x'.repeat(5e7), ${SLEEPS}`) },
  { name: 'prepare-exits', text: withFields(`prepare() { process.exit(1); }, ${SLEEPS}`, PROCESS) },
  {
    name: 'prepare-moves',
    text: withFields(`prepare({ directory }) { process.chdir(directory); return {}; }, ${SLEEPS}`, PROCESS),
  },
  {
    name: 'prepare-removes-its-folder',
    text: withFields(
      `prepare({ directory }) { rmSync(directory, { recursive: true }); return {}; }, ${SLEEPS}`,
      "import { rmSync } from 'node:fs';\n",
    ),
  },
  {
    name: 'prepare-leaves-a-timer',
    text: withFields(
      `prepare() { setInterval(() => { throw new Error('now and then'); }, 20); return {}; }, ${SLEEPS}`,
    ),
  },
  {
    name: 'prepare-leaves-a-child',
    text: withFields(
      `prepare() { spawn('sleep', ['25'], { stdio: 'inherit' }); return {}; }, ${SLEEPS}`,
      CHILD,
    ),
    leavesChild: true,
  },
  peer('peer-throws', "throw new Error('\\u001b[31mno\\u0007');"),
  peer('peer-exits', 'process.exit(0);'),
  peer('peer-loops', 'for (;;);', true),
  peer(
    'peer-says-nonsense',
    "process.send({ kind: 'listening' }); process.send('x'); process.send(null); setInterval(() => {}, 1000);",
  ),
  peer(
    'peer-goes-on-with-nonsense',
    "import { servePeer } from 'iobench'; servePeer(async () => { setInterval(() => process.send(null), 5); return { host: 'x', port: 1 }; });",
  ),
  peer(
    'peer-throws-later',
    "import { servePeer } from 'iobench'; servePeer(async () => { setTimeout(() => { throw null; }, 20); return { host: 'x', port: 1 }; });",
  ),
  peer(
    'peer-refuses',
    "import { servePeer } from 'iobench'; servePeer(() => Promise.reject(new Error('\\u001b[31mbusy')));",
  ),
];
