import { InputError } from '@tsarank/io';
import type { RunConfig } from './run-config';

/** A number that follows the base: the base's value times a factor; a whole number stays one, and at least 1. */
export interface Times {
  $times: number;
}

/** The base's value times a factor, as in `{ pretrain: { steps: times(0.5) } }`; `{ "$times": 0.5 }` in JSON. */
export const times = (factor: number): Times => ({ $times: factor });

/** A difference from a value: any subset of its keys, at any depth. Arrays and null replace what was there. */
export type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Patch<T[K]> }
    : T extends number
      ? T | Times
      : T;

/** A variant's difference from the base configuration. */
export type ConfigPatch = Patch<RunConfig>;

/**
 * The base with the patch's values in place; neither is changed.
 *
 * @throws {InputError} for `times` of what is no number in the base.
 *
 * @example
 * applyPatch({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 9 } }); // { a: 1, b: { c: 9, d: 3 } }
 */
export function applyPatch<T>(base: T, patch: Patch<NoInfer<T>>): T {
  if (isTimes(patch)) return multiplied(base, patch) as T;
  if (!isPlainObject(base) || !isPlainObject(patch)) return patch as T;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value !== undefined) merged[key] = applyPatch(merged[key], value as Patch<unknown>);
  }
  return merged as T;
}

function isTimes(patch: unknown): patch is Times {
  return isPlainObject(patch) && Object.keys(patch).length === 1 && typeof patch['$times'] === 'number';
}

function multiplied(base: unknown, { $times }: Times): number {
  if (typeof base !== 'number' || !($times > 0)) {
    const found = `${$times} times ${base === undefined ? 'nothing' : JSON.stringify(base)}`;
    throw new InputError({ field: '$times', found, expected: 'a factor above 0, of a number in the base' });
  }
  return Number.isInteger(base) ? Math.max(1, Math.round(base * $times)) : base * $times;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
