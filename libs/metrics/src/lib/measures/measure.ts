import { InputError, nearestName } from '@tsarank/io';
import { averagePrecision } from './average-precision';
import { bpref } from './bpref';
import { interpolatedPrecision } from './interpolated-precision';
import { countRelevant, countRelevantRetrieved } from './judged-ranking';
import type { JudgedRanking } from './judged-ranking';
import type { MeasureOptions } from './measure-options';
import { nDCG } from './ndcg';
import { precision } from './precision';
import { rPrecision } from './r-precision';
import { recall } from './recall';
import { reciprocalRank } from './reciprocal-rank';
import { success } from './success';

/** How the values of single queries become one. A geometric mean takes each as 0.00001 at least. */
export type Summary = 'mean' | 'sum' | 'geometric mean';

/** A measure with its cutoff and relevance level settled. */
export interface Measure {
  /** As the caller wrote it; results carry it as their key. */
  readonly label: string;
  /** As the field prints it: `nDCG@10`, `AP(rel=2)@100`. Equal for two spellings of one measure. */
  readonly name: string;
  readonly relevanceLevel: number;
  readonly summary: Summary;
  /** Whether values are whole numbers and print so. */
  readonly integer: boolean;
  /** The value of one query. */
  evaluate(ranking: JudgedRanking): number;
}

interface Family {
  /** The field's name, without cutoff. */
  readonly name: string;
  /** trec_eval's name without cutoff and with one; other spellings. All in lower case. */
  readonly plain: readonly string[];
  readonly cut: readonly string[];
  /** Whether grades are counted by the relevance level at all. */
  readonly levelled?: false;
  readonly share?: true;
  readonly summary?: Summary;
  readonly integer?: true;
  evaluate(
    ranking: JudgedRanking,
    options: MeasureOptions & { cutoff: number; relevanceLevel: number; trecEvalVersion: 9 | 10 },
  ): number;
}

const FAMILIES: readonly Family[] = [
  { name: 'nDCG', plain: ['ndcg'], cut: ['ndcg', 'ndcg_cut'], levelled: false, evaluate: nDCG },
  { name: 'RR', plain: ['rr', 'mrr', 'recip_rank'], cut: ['rr', 'mrr', 'recip_rank'], evaluate: reciprocalRank },
  { name: 'AP', plain: ['ap', 'map'], cut: ['ap', 'map', 'map_cut'], evaluate: averagePrecision },
  { name: 'GMAP', plain: ['gmap', 'gm_map'], cut: [], summary: 'geometric mean', evaluate: averagePrecision },
  { name: 'R', plain: [], cut: ['r', 'recall'], evaluate: recall },
  { name: 'P', plain: [], cut: ['p', 'precision'], evaluate: precision },
  { name: 'Success', plain: [], cut: ['success'], evaluate: success },
  { name: 'Rprec', plain: ['rprec'], cut: [], evaluate: rPrecision },
  { name: 'Bpref', plain: ['bpref'], cut: [], evaluate: bpref },
  {
    name: 'IPrec',
    plain: [],
    cut: ['iprec', 'iprec_at_recall'],
    share: true,
    evaluate: (ranking, { cutoff, ...options }) => interpolatedPrecision(ranking, cutoff, options),
  },
  {
    name: 'NumQ',
    plain: ['numq', 'num_q'],
    cut: [],
    levelled: false,
    summary: 'sum',
    integer: true,
    evaluate: () => 1,
  },
  {
    name: 'NumRet',
    plain: ['numret', 'num_ret'],
    cut: [],
    levelled: false,
    summary: 'sum',
    integer: true,
    evaluate: ({ grades }) => grades.length,
  },
  {
    name: 'NumRel',
    plain: ['numrel', 'num_rel'],
    cut: [],
    summary: 'sum',
    integer: true,
    evaluate: (ranking, { relevanceLevel }) => countRelevant(ranking, relevanceLevel),
  },
  {
    name: 'NumRelRet',
    plain: ['numrelret', 'num_rel_ret'],
    cut: [],
    summary: 'sum',
    integer: true,
    evaluate: (ranking, { relevanceLevel }) => countRelevantRetrieved(ranking, relevanceLevel),
  },
];

/**
 * Reads a measure's name: the field's (`nDCG@10`, `nDCG`, `RR@10`, `RR`, `AP`, `AP@100`, `R@100`, `P@10`, `Success@1`,
 * `Rprec`, `Bpref`, `IPrec@0.1`, `GMAP`, `NumQ`, `NumRet`, `NumRel`, `NumRelRet`) or trec_eval's (`ndcg_cut_10`,
 * `ndcg`, `recip_rank`, `map`, `map_cut_100`, `recall_100`, `P_10`, `iprec_at_recall_0.10`, `num_q`, …), in any case. A
 * relevance level of its own stands in brackets, `AP(rel=2)`, and goes before the option.
 *
 * @param options.relevanceLevel Least relevant grade where the name has none; default 1.
 * @throws {InputError} on an unknown name, with the nearest known one.
 * @throws {RangeError} when the option is not an integer of 1 or more.
 *
 * @example
 * parseMeasure('ndcg_cut_10').name; // 'nDCG@10'
 */
export function parseMeasure(
  text: string,
  { relevanceLevel = 1, trecEvalVersion = 10 }: { relevanceLevel?: number; trecEvalVersion?: 9 | 10 } = {},
): Measure {
  if (!Number.isInteger(relevanceLevel) || relevanceLevel < 1) {
    throw new RangeError(`relevanceLevel must be an integer of 1 or more, got ${relevanceLevel}`);
  }
  const match = /^([a-z_]+?)(?:\(rel=([1-9]\d*)\))?(?:[@_.](\d+(?:\.\d+)?))?$/i.exec(text.trim());
  const base = match?.[1]?.toLowerCase() ?? '';
  const digits = match?.[3];
  const cutoff = digits === undefined ? undefined : Number(digits);
  const family = FAMILIES.find(({ plain, cut }) => (cutoff === undefined ? plain : cut).includes(base));
  if (!family || (cutoff !== undefined && !validCutoff(family, cutoff))) throw unknownMeasure(text);
  const level = match?.[2] === undefined ? relevanceLevel : Number(match[2]);
  const levelText = level > 1 && family.levelled !== false ? `(rel=${level})` : '';
  return {
    label: text.trim(),
    name: `${family.name}${levelText}${cutoff === undefined ? '' : `@${cutoff}`}`,
    relevanceLevel: level,
    summary: family.summary ?? 'mean',
    integer: family.integer ?? false,
    evaluate: (ranking) =>
      family.evaluate(ranking, { cutoff: cutoff ?? Infinity, relevanceLevel: level, trecEvalVersion }),
  };
}

function validCutoff({ share }: Family, cutoff: number): boolean {
  return share ? cutoff <= 1 : Number.isInteger(cutoff) && cutoff >= 1;
}

function unknownMeasure(text: string): InputError {
  const known = FAMILIES.flatMap(({ name, plain, cut, share }) => [
    ...(plain.length > 0 ? [name] : []),
    ...(cut.length > 0 ? [share ? `${name}@0.1` : `${name}@10`] : []),
    ...plain.filter((spelling) => spelling.includes('_')),
    ...cut.map((spelling) => (share ? `${spelling}_0.10` : `${spelling}_10`)),
  ]);
  const near = nearestName(text, known);
  return new InputError({
    field: 'measure',
    found: `"${text}"`,
    expected: near === undefined ? 'a name such as nDCG@10, RR@10, AP, R@100 or P@10' : `a measure such as ${near}`,
  });
}
