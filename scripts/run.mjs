// Runs a script of this folder: TypeScript, whatever the version of Node. What it imports of `src` it takes
// from `dist`, which is what ships.
import process from 'node:process';
import { createJiti } from 'jiti';

const [script, ...words] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, script, ...words);
const jiti = createJiti(import.meta.url, { fsCache: false });
await jiti.import(`./${script}`);
