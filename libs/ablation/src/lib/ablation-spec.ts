import {
  parseRunConfig,
  parseStrict,
  runConfigSchema,
  type ConfigPatch,
  type ParseOrigin,
  type RunConfig,
} from '@tsarank/config';
import { InputError, nearestName } from '@tsarank/io';
import { parseMeasure } from '@tsarank/metrics';
import { z } from 'zod';

/** Ranking measures as the field prints them. */
export type MeasureName = 'AP' | 'RR' | 'nDCG' | `${'nDCG' | 'RR' | 'R' | 'P'}@${number}`;

/** Where the paper answers the same question; the numbers themselves are kept by the report library. */
export interface PaperReference {
  /** Key of a published table. */
  table: 'in-domain' | 'beir-small' | 'beir-7b';
  /** Variant -> label of the row of that table it stands beside. */
  rows?: Readonly<Record<string, string>>;
  /** How the paper's setting differs from ours. */
  setting?: string;
}

/** A question and the runs that answer it. Data only: the same file always yields the same run ids. */
export interface AblationSpec {
  /** Kebab-case; names the folder of the tables. */
  name: string;
  question: string;
  /** Complete configuration that every variant is a difference from. */
  base: RunConfig;
  variants: Readonly<Record<string, ConfigPatch>>;
  /** The variant that all others are compared with. */
  baseline: string;
  seeds: readonly number[];
  measures: readonly string[];
  /** Variant -> how the tables name it; default its own name. */
  labels?: Readonly<Record<string, string>>;
  /** Variant -> heading of the group of rows it belongs to. */
  groups?: Readonly<Record<string, string>>;
  paper?: PaperReference;
  /** Keys of the columns shown, in order; default all. */
  columns?: readonly string[];
}

/** What `defineAblation` takes: a spec whose baseline, labels and measures are checked by the compiler. */
export interface AblationInput<V extends Readonly<Record<string, ConfigPatch>>> extends Omit<
  AblationSpec,
  'variants' | 'baseline' | 'measures' | 'labels' | 'groups'
> {
  variants: V;
  baseline: NoInfer<keyof V & string>;
  measures: readonly MeasureName[];
  labels?: Readonly<Partial<Record<NoInfer<keyof V & string>, string>>>;
  groups?: Readonly<Partial<Record<NoInfer<keyof V & string>, string>>>;
}

/**
 * Declares an experiment.
 *
 * @throws {InputError} as `parseAblation`, for what the compiler can't see.
 */
export function defineAblation<const V extends Readonly<Record<string, ConfigPatch>>>(
  spec: AblationInput<V>,
): AblationSpec {
  return checkAblation(spec as AblationSpec, {});
}

const specSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a kebab-case name'),
  question: z.string().min(1),
  base: runConfigSchema,
  variants: z.record(z.string().min(1), z.record(z.string(), z.unknown())),
  baseline: z.string(),
  seeds: z.array(z.int().nonnegative()).min(1),
  measures: z.array(z.string()).min(1),
  labels: z.record(z.string(), z.string()).optional(),
  groups: z.record(z.string(), z.string()).optional(),
  paper: z
    .strictObject({
      table: z.enum(['in-domain', 'beir-small', 'beir-7b']),
      rows: z.record(z.string(), z.string()).optional(),
      setting: z.string().optional(),
    })
    .optional(),
  columns: z.array(z.string()).optional(),
});

/**
 * A spec read from JSON, checked like one declared in a file of its own.
 *
 * @throws {InputError} naming the field; for a misspelt baseline or label, the nearest variant.
 */
export function parseAblation(value: unknown, origin: ParseOrigin = {}): AblationSpec {
  return checkAblation(parseStrict(specSchema, value, origin) as AblationSpec, origin);
}

function checkAblation(spec: AblationSpec, origin: ParseOrigin): AblationSpec {
  parseStrict(specSchema, spec, origin);
  const names = Object.keys(spec.variants);
  const known = (name: string, field: string): void => {
    if (names.includes(name)) return;
    const near = nearestName(name, names);
    throw new InputError({
      ...origin,
      field,
      found: `"${name}"`,
      expected: near ? `the variant "${near}"` : `one of ${names.join(', ')}`,
    });
  };
  known(spec.baseline, 'baseline');
  Object.keys(spec.labels ?? {}).forEach((name) => known(name, 'labels'));
  Object.keys(spec.groups ?? {}).forEach((name) => known(name, 'groups'));
  if (new Set(spec.seeds).size < spec.seeds.length) {
    throw new InputError({ ...origin, field: 'seeds', found: spec.seeds.join(', '), expected: 'every seed once' });
  }
  spec.measures.forEach((measure) => parseMeasure(measure));
  parseRunConfig(spec.base, { ...origin, field: 'base' });
  return spec;
}
