/**
 * Writes docs/results.md from the schema of results: `npm run contract`. A field's meaning stands beside it in
 * the schema, and its unit in its name; one without a meaning is an error.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { documentSchema, headerSchema, recordSchema } from '../dist/result.js';

export const CONTRACT_PAGE = 'docs/results.md';

const INTRODUCTION = `# Results

A run is a folder with \`run.jsonl\`: a [header](#header), then one line of JSON for each
$LINES.
\`iobench run --json\` and \`iobench report --format json\` print one [document](#document). One unit inside:
nanoseconds, bytes, per second; the unit stands in every name. A field that is optional is left out where its
value is not known. Newer versions add fields, and read what older ones wrote.

(Made from the schema in \`src/result/\` and \`src/metrics/\` by \`npm run contract\`.)
`;

/** What is read here of a JSON schema. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

type Definitions = Readonly<Record<string, Schema>>;

const UNITS: readonly [RegExp, string][] = [
  [/^bytesPerSecond$/, 'bytes per second'],
  [/PerSecond$/, 'per second'],
  [/Ns$|^ns$/, 'ns'],
  [/bytes$/i, 'bytes'],
  [/Hz$/, 'Hz'],
  [/share$/i, 'share of 1'],
  [/perRequest$/i, 'per request'],
];

const NUMBERS = { integer: 'whole number', number: 'number' } as const;
const TYPES: Readonly<Record<string, string>> = {
  ...NUMBERS,
  string: 'text',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);
const linkTo = (name: string): string => `[${name}](#${name.toLowerCase()})`;
/** A type of several is written as a list, or as schemas. */
const choicesOf = ({ anyOf, oneOf, type }: Schema): readonly Schema[] =>
  anyOf ?? oneOf ?? (Array.isArray(type) ? type.map((each: string) => ({ type: each })) : []);

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return linkTo(nameOf(schema.$ref));
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(', ');
  const choices = choicesOf(schema);
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(' or ');
  if (schema.prefixItems) return `list of ${schema.prefixItems.length}`;
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  return TYPES[String(schema.type)] ?? 'any';
}

/** Whether numbers of one unit are what it holds, itself or by name. */
function isMeasure(schema: Schema): boolean {
  const { type, items } = schema;
  if (items) return isMeasure(items);
  if (type === 'object') return schema.properties === undefined;
  return (
    String(type) in NUMBERS ||
    ['percentiles', 'interval'].includes(nameOf(schema.$ref ?? '')) ||
    choicesOf(schema).some(isMeasure)
  );
}

/** From the innermost name that has a unit; a number between 0 and 1 is a share. */
function unitOf(names: readonly string[], schema: Schema): string {
  if (!isMeasure(schema)) return '';
  if (schema.minimum === 0 && schema.maximum === 1) return 'share of 1';
  const units = names.toReversed().map((name) => UNITS.find(([ending]) => ending.test(name))?.[1]);
  return units.find((unit) => unit !== undefined) ?? '';
}

/** A row for each field, and for each field of an object in it. */
function rowsOf(schema: Schema, defs: Definitions, names: readonly string[] = [], shown = ''): string[] {
  const { properties = {}, required = [], items } = schema;
  if (items) return rowsOf(items, defs, names, `${shown}[]`);
  const own = Object.entries(properties).flatMap(([key, field]) => {
    const place = shown === '' ? key : `${shown}.${key}`;
    // One that says what its section says has no description of its own.
    const meaning = field.description ?? defs[nameOf(field.$ref ?? '')]?.description;
    if (meaning === undefined && field.const === undefined)
      throw new Error(`${place} has no description in the schema of results`);
    const type = required.includes(key) ? typeOf(field) : `${typeOf(field)}, optional`;
    const cells = [`\`${place}\``, type, unitOf([...names, key], field), meaning ?? ''];
    return [
      `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`,
      ...rowsOf(field, defs, [...names, key], place),
    ];
  });
  return [...own, ...choicesOf(schema).flatMap((choice) => rowsOf(choice, defs, names, shown))];
}

function sectionOf(name: string, schema: Schema, defs: Definitions): string {
  if (schema.description === undefined)
    throw new Error(`${name} has no description in the schema of results`);
  const rows = [...new Set(rowsOf(schema, defs))];
  return [
    `## ${name}`,
    '',
    schema.description,
    '',
    '| field | type | unit | meaning |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

const parts = { header: headerSchema, record: recordSchema, document: documentSchema };

/** The page, as the schema gives it. @throws Error if a field has no description. */
export function contractPage(schemas: Readonly<Record<string, z.ZodType>> = parts): string {
  const all: Schema = z.toJSONSchema(z.object(schemas), { io: 'input', unrepresentable: 'any' }) as Schema;
  const lines = typeOf(all.properties?.record ?? {})
    .split(' or ')
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  const defs = all.$defs ?? {};
  const sections = Object.entries(defs).map(([name, schema]) => sectionOf(name, schema, defs));
  return `${[INTRODUCTION.replace('$LINES', lines).trimEnd(), ...sections].join('\n\n')}\n`;
}

if (process.argv[1]?.endsWith('contract.ts'))
  writeFileSync(path.join(import.meta.dirname, '..', CONTRACT_PAGE), contractPage());
