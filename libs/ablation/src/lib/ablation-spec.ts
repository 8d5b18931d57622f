import {
  parseRunConfig,
  applyPatch,
  parseStrict,
  presets,
  runConfigSchema,
  type ConfigPatch,
  type ParseOrigin,
  type PresetName,
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
  /** Every variant's name in the order of the tables; needed where names are whole numbers, which JavaScript sorts. */
  order?: readonly string[];
  /** Other variants (the baseline stays) where the base is replaced by a preset, so that levels suit it. */
  presets?: Readonly<Partial<Record<PresetName, Readonly<Record<string, ConfigPatch>>>>>;
  /** The variant that all others are compared with. */
  baseline: string;
  seeds: readonly number[];
  measures: readonly string[];
  /** How tables name every variant that has no label of its own, as in `{negatives}` (see `variantLabel`). */
  label?: string;
  /** Variant -> how tables name it, with such phrases too; default `label`, else its own name. */
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
  'variants' | 'baseline' | 'measures' | 'order' | 'groups'
> {
  variants: V;
  order?: readonly NoInfer<keyof V & string>[];
  baseline: NoInfer<keyof V & string>;
  measures: readonly MeasureName[];
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

const variantsSchema = z.record(z.string().min(1), z.record(z.string(), z.unknown()));
const specSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a kebab-case name'),
  question: z.string().min(1),
  base: runConfigSchema,
  variants: variantsSchema,
  order: z.array(z.string()).optional(),
  presets: z.partialRecord(z.enum(Object.keys(presets) as [PresetName]), variantsSchema).optional(),
  baseline: z.string(),
  seeds: z.array(z.int().nonnegative()).min(1),
  measures: z.array(z.string()).min(1),
  label: z.string().min(1).optional(),
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
 * A spec read from JSON, checked like one declared in a file of its own. Its `base` may name a preset (`"tiny"`), or
 * hold settings that go over one (`{ "preset": "published", "model": "..." }`).
 *
 * @throws {InputError} naming the field; for a misspelt baseline or label, the nearest variant.
 */
export function parseAblation(value: unknown, origin: ParseOrigin = {}): AblationSpec {
  const spec = isRecord(value) && 'base' in value ? { ...value, base: baseOf(value['base'], origin) } : value;
  return checkAblation(parseStrict(specSchema, spec, origin) as AblationSpec, origin);
}

function baseOf(base: unknown, origin: ParseOrigin): unknown {
  const name = isRecord(base) ? base['preset'] : base;
  if (typeof name !== 'string') return base;
  if (!Object.hasOwn(presets, name)) {
    const names = Object.keys(presets);
    const near = nearestName(name, names);
    const expected = near ? `the preset "${near}"` : `a preset (${names.join(', ')}) or a whole configuration`;
    throw new InputError({ ...origin, field: 'base', found: `"${name}"`, expected });
  }
  if (!isRecord(base)) return presets[name as PresetName];
  const patch = Object.fromEntries(Object.entries(base).filter(([key]) => key !== 'preset'));
  return applyPatch<unknown>(presets[name as PresetName], patch as never);
}

/** The names of a spec's variants, in the order of its tables. */
export function variantNames({ variants, order }: Pick<AblationSpec, 'variants' | 'order'>): string[] {
  return [...(order ?? Object.keys(variants))];
}

/** The spec with a preset as its base, and with the variants that it declares for that preset. */
export function withPreset(spec: AblationSpec, preset: PresetName): AblationSpec {
  const own = spec.presets?.[preset];
  if (!own) return { ...spec, base: presets[preset] };
  return {
    ...spec,
    order: undefined,
    base: presets[preset],
    variants: { [spec.baseline]: spec.variants[spec.baseline]!, ...own },
  };
}

function checkAblation(spec: AblationSpec, origin: ParseOrigin): AblationSpec {
  parseStrict(specSchema, spec, origin);
  const names = Object.keys(spec.variants);
  const anywhere = [...names, ...Object.values(spec.presets ?? {}).flatMap((variants) => Object.keys(variants ?? {}))];
  const requireKnown = (name: string, field: string, known: readonly string[]): void => {
    if (known.includes(name)) return;
    const near = nearestName(name, known);
    throw new InputError({
      ...origin,
      field,
      found: `"${name}"`,
      expected: near ? `the variant "${near}"` : `one of ${known.join(', ')}`,
    });
  };
  requireKnown(spec.baseline, 'baseline', names);
  Object.keys(spec.labels ?? {}).forEach((name) => requireKnown(name, 'labels', anywhere));
  Object.keys(spec.groups ?? {}).forEach((name) => requireKnown(name, 'groups', anywhere));
  checkOrder(spec, origin);
  if (new Set(spec.seeds).size < spec.seeds.length) {
    throw new InputError({ ...origin, field: 'seeds', found: spec.seeds.join(', '), expected: 'every seed once' });
  }
  if (new Set(spec.measures).size < spec.measures.length) {
    const found = spec.measures.join(', ');
    throw new InputError({ ...origin, field: 'measures', found, expected: 'every measure once' });
  }
  spec.measures.forEach((measure) => parseMeasure(measure));
  const base = parseRunConfig(spec.base, { ...origin, field: 'base' });
  checkIgnored(spec, base, origin);
  return spec;
}

function checkOrder({ variants, order, presets: own = {} }: AblationSpec, origin: ParseOrigin): void {
  const names = Object.keys(variants);
  if (order) {
    const expected = `every variant once: ${names.join(', ')}`;
    const complete = order.length === names.length && names.every((name) => order.includes(name));
    if (!complete) throw new InputError({ ...origin, field: 'order', found: order.join(', '), expected });
  }
  const sorted = [...(order ? [] : names), ...Object.values(own).flatMap((other) => Object.keys(other ?? {}))].filter(
    (name) => /^(0|[1-9]\d*)$/.test(name),
  );
  if (sorted.length === 0) return;
  throw new InputError({
    ...origin,
    field: 'variants',
    found: `"${sorted[0]}", a whole number, which JavaScript moves before other names`,
    expected: `another name, such as "n-${sorted[0]}", or "order" with every name`,
  });
}

/** Refuses settings that a sweep would pass over: it takes seeds and measures from the spec, for all variants alike. */
function checkIgnored(spec: AblationSpec, base: RunConfig, origin: ParseOrigin): void {
  const every = [spec.variants, ...Object.values(spec.presets ?? {})].flatMap((variants) =>
    Object.entries(variants ?? {}),
  );
  for (const [variant, patch] of every) {
    for (const key of ['seed', 'measures'] as const) {
      if (patch[key] === undefined) continue;
      const expected = `"${key === 'seed' ? 'seeds' : key}" of the experiment, which hold for every variant`;
      throw new InputError({
        ...origin,
        field: `variants.${variant}.${key}`,
        found: JSON.stringify(patch[key]),
        expected,
      });
    }
  }
  if (base.seed !== 0 && !spec.seeds.includes(base.seed)) {
    const expected = `0, or one of the experiment's seeds (${spec.seeds.join(', ')}), which decide`;
    throw new InputError({ ...origin, field: 'base.seed', found: String(base.seed), expected });
  }
  const usual = Object.values(presets).some(({ measures }) => sameText(measures, base.measures));
  if (!usual && !sameText(base.measures, spec.measures)) {
    const expected = `the experiment's measures (${spec.measures.join(', ')}), which decide`;
    throw new InputError({ ...origin, field: 'base.measures', found: base.measures.join(', '), expected });
  }
}

const sameText = (left: readonly string[], right: readonly string[]): boolean => left.join() === right.join();

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
