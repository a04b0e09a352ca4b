/**
 * The kinds of parameters of workloads. Each has a default, and parses the text of a command line. zod's mini
 * build makes the same schemas as zod itself, at a tenth of the time that every measured thread takes to load
 * it.
 */
import * as z from 'zod/mini';
import { $ZodObject } from 'zod/v4/core';
import { UserError } from '../errors.ts';
import { parseBytes, parseDuration } from '../quantity.ts';

/** How a parameter is shown: the unit that its number is in. */
export type Unit = 'bytes' | 'ns' | 'count' | 'share' | 'choice' | 'flag' | 'text';

const units = z.registry<{ unit: Unit }>();

/** A number of bytes: `4KiB`. */
export const byteSize = (preset: string) =>
  z.prefault(quantity(parseBytes), preset).register(units, { unit: 'bytes' });

/** A time, in nanoseconds: `10ms`. */
export const duration = (preset: string) =>
  z.prefault(quantity(parseDuration), preset).register(units, { unit: 'ns' });

/** A whole number, from `least` on. */
export const count = (preset: number, least = 0) =>
  z
    .prefault(z.coerce.number<string | number>().check(z.int(), z.minimum(least)), preset)
    .register(units, { unit: 'count' });

/** A share between 0 and 1. */
export const share = (preset: number) =>
  z
    .prefault(z.coerce.number<string | number>().check(z.minimum(0), z.maximum(1)), preset)
    .register(units, { unit: 'share' });

/** One of several words; the first is the default. */
export const choice = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.prefault(z.enum(words), words[0] as Words[number]).register(units, { unit: 'choice' });

/** `true` or `false`. */
export const flag = (preset: boolean) =>
  z.prefault(z.union([z.boolean(), z.stringbool()]), preset).register(units, { unit: 'flag' });

/** Any text. */
export const text = (preset: string) => z.prefault(z.string(), preset).register(units, { unit: 'text' });

/** Refuses a value that does not fit the other parameters: `check` throws its UserError, shown under `key`. */
export const checkedBeside =
  <Values>(key: keyof Values & string, check: (values: Values) => unknown) =>
  ({ value, issues }: { value: Values; issues: z.core.$ZodRawIssue[] }): void => {
    try {
      check(value);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { message, hint } = error;
      issues.push({ code: 'custom', message, params: { hint }, path: [key], input: value[key] });
    }
  };

function quantity(parse: (text: string) => number) {
  return z.pipe(
    z.union([z.string(), z.number().check(z.minimum(0))]),
    z.transform((written, context) => {
      if (typeof written === 'number') return written;
      try {
        return parse(written);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        context.issues.push({ code: 'custom', message: `${error.message}: ${error.hint}`, input: written });
        return z.NEVER;
      }
    }),
  );
}

/** A workload's or a model's parameters: an object schema, of zod or of its mini build. */
export type Params = z.core.$ZodObject;
export type ParamsOf<Schema extends Params> = z.core.output<Schema>;
export const isParams = (value: unknown): value is Params => value instanceof $ZodObject;
/** Without a prototype: a parameter `constructor` that was not set is not the one that every object has. */
export const parseParams = (params: Params, values: object) =>
  z.safeParse(params, Object.assign(Object.create(null), values));
export const shapeOf = (params: Params | undefined): Readonly<Record<string, z.core.$ZodType>> =>
  params?._zod.def.shape ?? {};
export const parseParameter = (schema: z.core.$ZodType, value: unknown) => z.safeParse(schema, value);

/** The unit of each parameter; `value` for a schema of the user's own. */
export function unitsOf(params: Params | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(shapeOf(params)).map(([key, schema]) => [
      key,
      units.get(schema as never)?.unit ?? 'value',
    ]),
  );
}

/** The values of a choice; `undefined` for other parameters. */
export function wordsOf(schema: z.core.$ZodType): readonly string[] | undefined {
  const inner = (schema._zod.def as { innerType?: z.core.$ZodType }).innerType;
  const entries = (inner?._zod.def as { entries?: Record<string, string> } | undefined)?.entries;
  return entries && Object.values(entries);
}

/** A parameter as a list shows it. */
export interface Parameter {
  readonly key: string;
  readonly unit: string;
  /** Its default; as text if a command line cannot express it. */
  readonly preset: string | number | boolean | undefined;
  /** Its values, if it is a choice. */
  readonly words?: readonly string[];
}

/** The parameters of a workload or a model. */
export function parametersOf(params: Params | undefined): Parameter[] {
  const defaults = ((params && parseParams(params, {}).data) ?? {}) as Record<string, unknown>;
  const units = unitsOf(params);
  return Object.entries(shapeOf(params)).map(([key, schema]) => {
    const words = wordsOf(schema);
    return {
      key,
      unit: units[key] ?? 'value',
      preset: plain(Object.hasOwn(defaults, key) ? defaults[key] : undefined),
      ...(words ? { words } : {}),
    };
  });
}

function plain(value: unknown): Parameter['preset'] {
  const isPlain =
    value === undefined ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean';
  return isPlain ? value : String(value);
}
