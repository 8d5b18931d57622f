import type { RunConfig } from './run-config';

/** A difference from a value: any subset of its keys, at any depth. Arrays and null replace what was there. */
export type Patch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Patch<T[K]> } : T;

/** A variant's difference from the base configuration. */
export type ConfigPatch = Patch<RunConfig>;

/**
 * The base with the patch's values in place; neither is changed.
 *
 * @example
 * applyPatch({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 9 } }); // { a: 1, b: { c: 9, d: 3 } }
 */
export function applyPatch<T>(base: T, patch: Patch<NoInfer<T>>): T {
  if (!isPlainObject(base) || !isPlainObject(patch)) return patch as T;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value !== undefined) merged[key] = applyPatch(merged[key], value as Patch<unknown>);
  }
  return merged as T;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
