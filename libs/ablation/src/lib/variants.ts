import { applyPatch, type ConfigPatch } from '@tsarank/config';
import { InputError } from '@tsarank/io';

/** Variant name -> its difference from the base. */
export type Variants = Readonly<Record<string, ConfigPatch>>;

/** Joins the level names of a variant that several factors set. */
const JOINT = '+';

/**
 * One factor: a variant for each level of a setting, named `name-level`.
 *
 * @example
 * levels('negatives', [3, 7], (negatives) => ({ finetune: { negatives } })); // { 'negatives-3': …, 'negatives-7': … }
 */
export function levels<T extends string | number>(
  name: string,
  values: readonly T[],
  patchOf: (value: T) => ConfigPatch,
): Variants {
  return distinct(values.map((value) => [`${name}-${value}`, patchOf(value)]));
}

/** Every combination of the factors' levels, names joined by `+`; a later factor wins where two set the same. */
export function grid(...factors: readonly Variants[]): Variants {
  if (factors.length === 0) return {};
  return factors.reduce((left, right) =>
    distinct(
      Object.entries(left).flatMap(([leftName, leftPatch]) =>
        Object.entries(right).map(([rightName, rightPatch]) => join(leftName, leftPatch, rightName, rightPatch)),
      ),
    ),
  );
}

/** Around the base: each factor's levels alone, all else as in the base. */
export function oneFactorAtATime(...factors: readonly Variants[]): Variants {
  return distinct(factors.flatMap((factor) => Object.entries(factor)));
}

/**
 * The factors' levels taken together, first with first, second with second.
 *
 * @throws {InputError} when the factors differ in length.
 */
export function paired(...factors: readonly Variants[]): Variants {
  const lists = factors.map((factor) => Object.entries(factor));
  const sizes = lists.map((list) => list.length);
  if (new Set(sizes).size > 1) {
    throw new InputError({
      message: 'paired factors',
      found: `${sizes.join(' and ')} levels`,
      expected: 'as many in each',
    });
  }
  const [first = [], ...rest] = lists;
  return distinct(
    first.map((entry, at) =>
      rest.reduce((joined, list) => join(joined[0], joined[1], list[at]![0], list[at]![1]), entry),
    ),
  );
}

/**
 * The variants without those excluded: a variant goes when it has every level of one of the lists.
 *
 * @throws {InputError} for a list that excludes nothing, which is a misspelling.
 *
 * @example
 * exclude(grid(top, negatives), [['top-0', 'negatives-15']]);
 */
export function exclude(variants: Variants, exclusions: readonly (readonly string[])[]): Variants {
  const hits = (name: string, exclusion: readonly string[]): boolean => {
    const parts = name.split(JOINT);
    return exclusion.every((level) => parts.includes(level));
  };
  for (const exclusion of exclusions) {
    if (!Object.keys(variants).some((name) => hits(name, exclusion))) {
      throw new InputError({ message: `the exclusion of ${exclusion.join(JOINT)} matches no variant` });
    }
  }
  return Object.fromEntries(
    Object.entries(variants).filter(([name]) => !exclusions.some((exclusion) => hits(name, exclusion))),
  );
}

function join(leftName: string, left: ConfigPatch, rightName: string, right: ConfigPatch): [string, ConfigPatch] {
  return [`${leftName}${JOINT}${rightName}`, applyPatch(left, right)];
}

function distinct(entries: readonly (readonly [string, ConfigPatch])[]): Variants {
  const seen = new Set<string>();
  for (const [name] of entries) {
    if (seen.has(name)) throw new InputError({ message: `two variants are named "${name}"` });
    seen.add(name);
  }
  return Object.fromEntries(entries);
}
