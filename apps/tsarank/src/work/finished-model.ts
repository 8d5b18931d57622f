import { canonicalJson, InputError } from '@tsarank/io';
import { contractFile, readContract } from '@tsarank/model';
import type { ScoringContract } from '@tsarank/model';

/**
 * Whether a model folder already holds what a training would make.
 *
 * @throws {InputError} where it holds a model that was made with other settings, naming the first setting that differs.
 */
export function isAlreadyTrained(folder: string, contract: ScoringContract): boolean {
  const found = readContract(folder);
  if (found === undefined) return false;
  const difference = firstDifference(found, JSON.parse(JSON.stringify(contract)));
  if (difference === undefined) return true;
  const { path, left, right } = difference;
  throw new InputError({
    file: `${folder}/${contractFile}`,
    field: path,
    found: `a model trained with ${shown(left)}`,
    expected: `${shown(right)}, as asked for now; name another --out, or give --overwrite`,
  });
}

interface Difference {
  path: string;
  left: unknown;
  right: unknown;
}

function firstDifference(left: unknown, right: unknown, path = ''): Difference | undefined {
  if (isRecord(left) && isRecord(right)) {
    for (const key of new Set([...Object.keys(right), ...Object.keys(left)])) {
      const found = firstDifference(left[key], right[key], path === '' ? key : `${path}.${key}`);
      if (found) return found;
    }
    return undefined;
  }
  const same =
    left === right || (left !== undefined && right !== undefined && canonicalJson(left) === canonicalJson(right));
  return same ? undefined : { path, left, right };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => (value === undefined ? 'no such setting' : JSON.stringify(value));
