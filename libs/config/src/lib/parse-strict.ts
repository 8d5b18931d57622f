import { InputError, nearestName } from '@tsarank/io';
import { z } from 'zod';

/** Where a value came from, for the message. */
export interface ParseOrigin {
  file?: string;
  line?: number;
  /** Path of the value inside the file, e.g. `variants.no-rank`. */
  field?: string;
}

type Path = readonly PropertyKey[];

/**
 * Checks a value against a schema.
 *
 * @returns The typed value.
 * @throws {InputError} for the first thing that is wrong, naming its path, what was found, what was expected and,
 *   for an unknown key, the nearest known one.
 */
export function parseStrict<T>(schema: z.ZodType<T>, value: unknown, origin: ParseOrigin = {}): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // An unknown key is the likelier cause than the missing one it was meant for.
  const issues = parsed.error.issues;
  const issue = issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = keysAt(schema, issue.path);
    const near = nearestName(key, known);
    throw new InputError({
      ...origin,
      field: joinPath(origin.field, [...issue.path, key]),
      found: 'unknown key',
      expected: near ? `"${near}"` : known.length ? `one of ${known.join(', ')}` : 'no such key',
    });
  }
  throw new InputError({
    ...origin,
    field: joinPath(origin.field, issue.path),
    found: describe(valueAt(value, issue.path)),
    expected: expectation(issue),
  });
}

function joinPath(prefix: string | undefined, path: Path): string {
  return [...(prefix ? [prefix] : []), ...path.map(String)].join('.') || '(whole value)';
}

/** Says a value the way it stands in a file. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value}"`;
  return Array.isArray(value) ? 'array' : 'object';
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'whole number' : issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? describe(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`
        : `at least ${issue.minimum} of them`;
    case 'too_big':
      return `a number of at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** Keys of the object schema that lies at `path`; none when there is no object. */
export function keysAt(schema: z.ZodType, path: Path): string[] {
  let at: unknown = schema;
  for (const key of path) {
    const inner = unwrap(at);
    if (inner instanceof z.ZodObject) at = inner.shape[String(key)];
    else if (inner instanceof z.ZodRecord) at = inner.valueType;
    else if (inner instanceof z.ZodArray) at = inner.element;
    else return [];
  }
  const inner = unwrap(at);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap();
  return inner;
}
