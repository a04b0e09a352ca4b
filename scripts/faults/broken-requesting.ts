/** Workloads that are broken in their requests: whoever measures them gets a reason, or a count by code. */
import { type BrokenWorkload, SLEEPS, withFields } from './broken-workload.ts';

const PROCESS = "import process from 'node:process';\n";
const CHILD = "import { spawn } from 'node:child_process';\n";
/**
 * Whoever never waits fails, so that only those that wait complete. (No packet leaves: a broadcast is refused
 * at once.)
 */
/** Those of the warm-up have left when the measured ones connect: whoever leaves is not counted any more. */
const SEVEN_WAIT =
  '*connect() { const waits = waiting < 7; if (waits) waiting++; return { waits }; }, *disconnect({ waits }) { if (waits) waiting--; },';
const fails = (error: string): string => withFields(`*request() { yield* sleep(1e6); throw ${error}; }`);
const sometimesFails = (error: string): string =>
  withFields(`*request() { yield* sleep(1e5); if (Math.random() < 0.2) throw ${error}; }`);

export const brokenInRequesting: readonly BrokenWorkload[] = [
  { name: 'fails-with-nothing', text: fails('undefined') },
  { name: 'fails-with-a-null-object', text: fails('Object.create(null)') },
  { name: 'fails-with-what-throws', text: fails("{ get code() { throw new Error('no'); } }") },
  {
    name: 'code-of-every-object',
    text: sometimesFails("Object.assign(new Error('x'), { code: 'constructor' })"),
  },
  {
    name: 'code-of-a-prototype',
    text: sometimesFails("Object.assign(new Error('x'), { code: '__proto__' })"),
  },
  {
    name: 'code-with-escapes',
    text: sometimesFails(
      "Object.assign(new Error('\\u001b]0;owned\\u0007\\u001b[31mred'), { code: '\\u001b[2J\\u009b31m' })",
    ),
  },
  {
    name: 'code-of-its-own-each-time',
    text: sometimesFails("Object.assign(new Error('x'), { code: 'E' + Math.random() })"),
  },
  { name: 'yields-a-number', text: withFields('*request() { yield 5; }') },
  { name: 'yields-nothing', text: withFields('*request() { yield; yield null; }') },
  { name: 'sleeps-for-ever', text: withFields('*request() { yield* sleep(Number.POSITIVE_INFINITY); }') },
  { name: 'sleeps-for-no-number', text: withFields('*request() { yield* sleep(Number.NaN); }') },
  { name: 'sleeps-backwards', text: withFields("*request() { yield* sleep(-1e9); yield* sleep('5'); }") },
  { name: 'loops', text: withFields('*request() { for (;;); }') },
  {
    name: 'reads-what-is-not-open',
    text: withFields('*request() { yield* read({ handle: "file" }, Buffer.alloc(8), 0); }'),
  },
  {
    name: 'opens-what-is-not-there',
    text: withFields("*request() { yield* open('/nowhere\\u001b[31m', 'r'); }"),
  },
  {
    name: 'connects-to-nobody',
    text: withFields(
      "uses: ['sockets'], *connect() { return yield* connect('127.0.0.1', 1); }, *request() {}",
    ),
  },
  { name: 'connect-fails', text: withFields(`*connect() { throw new Error('no client'); }, ${SLEEPS}`) },
  {
    name: 'disconnect-fails',
    text: withFields(`*connect() { return {}; }, *disconnect() { throw new Error('stays'); }, ${SLEEPS}`),
  },
  {
    name: 'disconnect-never-ends',
    text: withFields(`*connect() { return {}; }, *disconnect() { for (;;) yield* sleep(1e8); }, ${SLEEPS}`),
  },
  {
    name: 'background-never-ends',
    text: withFields(`*background() { for (;;) yield* sleep(1e8); }, ${SLEEPS}`),
  },
  { name: 'exits-well', text: withFields('*request() { yield* sleep(1e6); process.exit(0); }', PROCESS) },
  { name: 'exits-badly', text: withFields('*request() { yield* sleep(1e6); process.exit(1); }', PROCESS) },
  {
    name: 'interrupts-itself',
    text: withFields("*request() { yield* sleep(1e6); process.kill(process.pid, 'SIGINT'); }", PROCESS),
  },
  { name: 'aborts', text: withFields('*request() { yield* sleep(1e6); process.abort(); }', PROCESS) },
  {
    name: 'throws-elsewhere',
    text: withFields(
      "*request() { yield* sleep(1e6); setTimeout(() => { throw new Error('\\u001b[31melsewhere'); }, 1); }",
    ),
  },
  {
    name: 'prints-escapes',
    text: withFields(
      "*request() { yield* sleep(2e7); console.log('\\u001b]0;owned\\u0007\\u001b[31mred'); console.error('\\u009b2J'); }",
    ),
  },
  {
    name: 'leaves-a-child',
    text: withFields(
      "*request() { yield* sleep(3e7); spawn('sleep', ['25'], { stdio: 'inherit' }); }",
      CHILD,
    ),
    leavesChild: true,
  },
  {
    name: 'says-that-it-is-another',
    text: withFields(
      "*request() { yield* sleep(1e7); for (const pid of [0, 1, -1, null]) process.send?.({ kind: 'ready', pid }); }",
      PROCESS,
    ),
  },
  {
    name: 'message-to-its-parent',
    text: withFields(
      "*request() { yield* sleep(1e7); process.send?.({ kind: 'measured', result: null }); }",
      PROCESS,
    ),
  },
  {
    name: 'one-fails-at-once',
    text: withFields(
      `uses: ['sockets'], ${SEVEN_WAIT} *request({ waits }) { if (waits) yield* sleep(1e6); else yield* connect('255.255.255.255', 1); }`,
      'let waiting = 0;',
    ),
    least: { clients: 8, completed: 3 },
  },
  {
    name: 'async-one-fails-at-once',
    text: withFields(
      `${SEVEN_WAIT.replaceAll('*', 'async ')} async request({ waits }) { if (waits) await pause(1); else throw new Error('at once'); }`,
      "import { setTimeout as pause } from 'node:timers/promises';\nlet waiting = 0;",
    ),
    form: 'async',
    least: { clients: 8, completed: 3 },
  },
  { name: 'awaits-for-ever', text: withFields('request: async () => new Promise(() => {})'), form: 'async' },
  {
    name: 'async-throws-elsewhere',
    text: withFields("async request() { setTimeout(() => { throw new Error('elsewhere'); }, 1); }"),
    form: 'async',
  },
  { name: 'async-exits', text: withFields('async request() { process.exit(0); }', PROCESS), form: 'async' },
  {
    name: 'async-fails-with-nothing',
    text: withFields('request: async () => Promise.reject()'),
    form: 'async',
  },
  {
    name: 'blocks-for-ever',
    text: withFields('request() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }'),
    form: 'blocking',
  },
  { name: 'blocking-exits', text: withFields('request() { process.exit(7); }', PROCESS), form: 'blocking' },
  {
    name: 'blocking-returns-a-promise',
    text: withFields('request() { return Promise.reject(new Error("x")); }'),
    form: 'blocking',
  },
];
