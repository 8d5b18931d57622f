import type { Random } from '@tsarank/random';
import type { RankingGroup } from '../readers/groups/ranking-group';

export interface SampleGroupOptions {
  /**
   * What to do when the group has fewer negatives than asked for: false (default) takes those there are, so the
   * group is smaller; true draws all of them with replacement, as the published code does.
   */
  duplicates?: boolean;
}

/**
 * One training group: a positive (drawn where there are several), then `negatives` documents drawn without
 * replacement. A group that has exactly as many negatives, or fewer, keeps them in the order of its file.
 *
 * @throws {RangeError} when `negatives` is not a whole number of 0 or more, or the group has no positive.
 *
 * Source: RankingGPT `sft.py` (`random.choice` for the positive, `random.sample` or `random.choices`).
 *
 * @example
 * sampleGroup({ query, positives: ['p'], negatives: ['a', 'b'] }, 2, random); // ['p', 'a', 'b']
 */
export function sampleGroup(
  group: RankingGroup,
  negatives: number,
  random: Random,
  { duplicates = false }: SampleGroupOptions = {},
): string[] {
  if (!Number.isInteger(negatives) || negatives < 0) {
    throw new RangeError(`negatives must be a whole number of 0 or more, got ${negatives}`);
  }
  if (group.positives.length === 0) throw new RangeError(`the group of query "${group.query}" has no positive`);
  const { positives } = group;
  const positive = positives.length === 1 ? positives[0]! : positives[random.nextInt(positives.length)]!;
  return [positive, ...drawNegatives(group.negatives, negatives, random, duplicates)];
}

function drawNegatives(available: string[], count: number, random: Random, duplicates: boolean): string[] {
  if (available.length > count) return random.sample(available, count);
  if (available.length === count || available.length === 0 || !duplicates) return [...available];
  return Array.from({ length: count }, () => available[random.nextInt(available.length)]!);
}
