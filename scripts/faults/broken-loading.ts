/** Workload files that are broken before anything is measured: they cannot be loaded, or are no workload. */
import { type BrokenWorkload, SLEEPS, withFields } from './broken-workload.ts';

const exported = (value: string): string => `export default ${value};\n`;

export const brokenInLoading: readonly BrokenWorkload[] = [
  { name: 'empty', text: '' },
  { name: 'no-code', text: 'export default {{{' },
  { name: 'binary', text: `\u0000\u0001\u001b[31m${'\ufffd'.repeat(50)}` },
  {
    name: 'escapes-in-an-error',
    text: "throw new Error('\\u001b]0;owned\\u0007\\u001b[31mred\\n    at somewhere (file.ts:1:1)');",
  },
  { name: 'throws-nothing', text: 'throw undefined;' },
  { name: 'throws-what-has-no-text', text: 'throw { toString() { throw new Error("no"); } };' },
  { name: 'throws-a-null-object', text: 'throw Object.create(null);' },
  {
    name: 'throws-a-revoked-proxy',
    text: 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;',
  },
  { name: 'exports-a-promise-for-ever', text: exported('new Promise(() => {})'), isEndless: true },
  { name: 'exports-a-thenable', text: exported('{ then() {} }'), isEndless: true },
  { name: 'exports-a-function', text: exported('() => {}') },
  { name: 'exports-a-symbol', text: exported('Symbol("x")') },
  {
    name: 'exports-a-hostile-proxy',
    text: exported(
      "new Proxy({}, { get() { throw new Error('get'); }, ownKeys() { throw new Error('keys'); } })",
    ),
  },
  {
    name: 'exports-a-revoked-proxy',
    text: `const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); ${exported('proxy')}`,
  },
  {
    name: 'getter-that-throws',
    text: exported("{ name: 'broken', summary: 'x', get request() { throw new Error('not today'); } }"),
  },
  { name: 'name-of-every-object', text: withFields(`${SLEEPS}, name: 'constructor'`) },
  { name: 'name-with-escapes', text: withFields(`${SLEEPS}, name: '\\u001b[31mred'`) },
  {
    name: 'field-with-escapes',
    text: exported("{ name: 'broken', summary: 'x', request() {}, '\\u001b[2J\\u009b31m': 1 }"),
  },
  {
    name: 'summary-with-escapes',
    text: withFields(`${SLEEPS}, summary: '\\u001b]0;owned\\u0007\\u009b31m<script>alert(1)</script>'`),
  },
  { name: 'loops', text: 'for (;;);', isEndless: true },
  { name: 'waits-for-ever', text: `await new Promise(() => {});\n${withFields(SLEEPS)}`, isEndless: true },
  { name: 'exits', text: withFields(SLEEPS, "import process from 'node:process';\nprocess.exit(0);") },
  {
    name: 'exits-with-one',
    text: withFields(SLEEPS, "import process from 'node:process';\nprocess.exit(1);"),
  },
  {
    name: 'rejects-later',
    text: withFields(SLEEPS, "setTimeout(() => Promise.reject(new Error('later')), 50);"),
  },
];
