import { z } from 'zod';
import { tiny } from './presets';
import { runConfigSchema } from './run-config';

/** One setting as `--set` reaches it. */
export interface SettingDescription {
  /** As in `finetune.weights.rank`. */
  path: string;
  /** Values that it takes, for people. */
  values: string;
  /** Of the default preset, as JSON; absent where that leaves it out. */
  default?: string;
  description: string;
}

/** Every setting of a configuration, in the order of the schema; stages that can be left out stand before their settings. */
export function settingsList(): SettingDescription[] {
  return entries(runConfigSchema, []);
}

function entries(schema: z.ZodType, path: readonly string[]): SettingDescription[] {
  const { inner, description, isNullable } = unwrapped(schema);
  if (!(inner instanceof z.ZodObject)) return [describedAt(path, valuesOf(inner, isNullable), description)];
  const own = description ? [describedAt(path, isNullable ? 'null, or settings' : 'settings', description)] : [];
  return [...own, ...Object.entries(inner.shape).flatMap(([key, part]) => entries(part as z.ZodType, [...path, key]))];
}

function describedAt(path: readonly string[], values: string, description = ''): SettingDescription {
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], tiny);
  const isPlain = value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value));
  return { path: path.join('.'), values, description, ...(isPlain ? { default: JSON.stringify(value) } : {}) };
}

function unwrapped(schema: z.ZodType): { inner: z.ZodType; description?: string; isNullable: boolean } {
  let inner = schema;
  let { description } = schema;
  let isNullable = false;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    isNullable ||= inner instanceof z.ZodNullable;
    inner = inner.unwrap() as z.ZodType;
    description ??= inner.description;
  }
  return { inner, isNullable, ...(description === undefined ? {} : { description }) };
}

function valuesOf(schema: z.ZodType, isNullable: boolean): string {
  return [typeOf(schema), ...(isNullable ? ['null'] : [])].join(' or ');
}

function typeOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.join(' | ');
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => JSON.stringify(value)).join(' | ');
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => typeOf(option as z.ZodType)).join(' or ');
  if (schema instanceof z.ZodArray) return `list of ${typeOf(schema.element as z.ZodType)}`;
  if (schema instanceof z.ZodString) return 'text';
  if (!(schema instanceof z.ZodNumber)) return schema.type;
  const whole = schema.isInt ? 'whole number' : 'number';
  const { minValue, maxValue } = schema;
  if (maxValue === 1) return `${whole} from ${minValue} to 1`;
  const above = (schema._zod.def.checks ?? []).some((check) => {
    const { check: name, inclusive } = check._zod.def as { check: string; inclusive?: boolean };
    return name === 'greater_than' && inclusive === false;
  });
  return `${whole} ${above ? 'above' : 'of at least'} ${minValue}`;
}
