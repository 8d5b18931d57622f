import { pairEncoder, sampleGroup } from '@tsarank/data';
import type { EncodedPair, RankingGroup } from '@tsarank/data';
import { canonicalJson, InputError, sha256 } from '@tsarank/io';
import type { ObjectiveWeights, ScoreTransform } from '@tsarank/losses';
import type { CausalLm } from '@tsarank/model';
import { Random } from '@tsarank/random';
import type { Turn } from '../loop/batch-order';
import type { PerTerm } from '../loop/step-gradients';
import { groupBatch } from './group-batch';
import type { GroupBatch, KlRows } from './group-batch';
import { groupObjective } from './group-objective';
import { rowsWhere } from './batch-forward';
import { requirePositions, textOptionsOf } from './example-text';
import { train } from '../loop/train';
import type { TrainingOptions, TrainingResult } from '../loop/training-options';

export interface FinetuneOptions extends TrainingOptions {
  /**
   * The frozen model of stage one; needed where the difference penalty has a weight. With `lora` its default is the model
   * itself without adapters, which is what it was at the start.
   */
  reference?: CausalLm;
  /** Hash of the reference's weights: a checkpoint made against another is refused. */
  referenceHash?: string;
  groups: readonly RankingGroup[];
  /** Negatives a group. */
  negatives: number;
  /** Fill up groups with fewer negatives by drawing with replacement, as published. Default false: smaller groups. */
  duplicates?: boolean;
  weights: ObjectiveWeights;
  /** Divides the transformed score. Default 0.001, as published. */
  temperature?: number;
  /** Default `exp`, as published. */
  scoreTransform?: ScoreTransform;
  /** Default `real`; published: `all`. */
  klRows?: KlRows;
}

/**
 * Stage two: each query's positive against sampled negatives, with the next-token loss of the positive and the
 * difference penalty to the model of stage one.
 *
 *   L = w_rank L_rank + w_nextToken L_ntp + w_differencePenalty L_dp
 *
 * L_rank is averaged over the groups of a step, L_ntp over all real rows of its positives, L_dp over the rows
 * named by `klRows`; with `lossAverage: 'micro-batch'` over those of each micro-batch. Order and negatives depend on the seed and the data alone, so they are the same in every variant,
 * and the negatives of a smaller group are the first of those of a larger one. With `order: 'given'` positive and
 * negatives are the first of each group.
 *
 * @returns Steps done, log rows, and whether it was finished. The model is trained in place.
 * @throws {InputError} for options that make no sense, no groups, or a checkpoint of another training.
 * @throws {WorkError} naming the step at which the loss was no longer a number.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706), fine-tuning; the published `sft.py`.
 */
export function finetune(given: FinetuneOptions): Promise<TrainingResult> {
  const options = { ...given, reference: given.reference ?? (given.lora ? given.model.withoutAdapters() : undefined) };
  checkFinetuneOptions(options);
  const { tokenizer, groups, weights, klRows = 'real' } = options;
  return train(
    {
      name: 'finetune',
      examples: groups.length,
      options: finetuneIdentity(options),
      // The first negative stands for all: those of a smaller group are the first of a larger one's.
      key: (turn) => [groups[turn.example]!.query, ...documentsOfTurn(turn, options).slice(0, 2)],
      plan: (microBatches) => {
        const encoded = microBatches.map((turns) => turns.map((turn) => encodeGroup(turn, options)));
        const length = stepLength(encoded, options);
        return encoded.map((batch) => {
          const laidOut = groupBatch(batch, { padId: tokenizer.padTokenId ?? 0, weights, klRows, length });
          return {
            tokens: rowsWhere(laidOut.pairs.realMask).length,
            counts: countsOf(laidOut, weights),
            prepare: () => groupObjective(laidOut, options),
          };
        });
      },
    },
    options,
  );
}

/**
 * Rows of every sequence of a step, where padding counts in the loss and splitting the step must change nothing: all
 * micro-batches are then as long as the longest. Elsewhere padding changes nothing, and each is as long as it has to be.
 */
function stepLength(
  microBatches: readonly (readonly EncodedPair[][])[],
  { weights, klRows, lossAverage = 'step' }: FinetuneOptions,
): number | undefined {
  if (klRows !== 'all' || weights.differencePenalty === 0 || lossAverage !== 'step') return undefined;
  const lengths = microBatches.flat(2).map(({ ids }) => ids.length - 1);
  return lengths.reduce((longest, length) => Math.max(longest, length), 0);
}

/** What each term that has a weight is averaged over in a micro-batch. */
function countsOf({ groupSizes, positiveRows, penaltyRows }: GroupBatch, weights: ObjectiveWeights): PerTerm {
  return {
    ...(weights.rank !== 0 && { rank: groupSizes.length }),
    ...(weights.nextToken !== 0 && { nextToken: positiveRows.length }),
    ...(weights.differencePenalty !== 0 && { differencePenalty: penaltyRows.length }),
  };
}

/** The documents of one turn: the positive, then the negatives. */
export function documentsOfTurn(
  { example, position }: Turn,
  { groups, negatives, order, seed, duplicates }: FinetuneOptions,
): string[] {
  const group = groups[example]!;
  if (order === 'given') return [group.positives[0]!, ...group.negatives.slice(0, negatives)];
  // A stream of its own for each turn: what one draw takes shifts no other.
  const random = Random.fromSeed(seed, 'finetune', 'group', position);
  return sampleGroup(group, negatives, random, { duplicates });
}

function encodeGroup(turn: Turn, options: FinetuneOptions): EncodedPair[] {
  const { query } = options.groups[turn.example]!;
  const encode = pairEncoder(options.tokenizer, textOptionsOf(options));
  return documentsOfTurn(turn, options).map((document) =>
    requirePositions(options.model, encode({ query, document }), `a pair of query ${JSON.stringify(query)}`),
  );
}

function checkFinetuneOptions({ model, reference, groups, negatives, weights }: FinetuneOptions): void {
  if (groups.length === 0) throw new InputError({ field: 'groups', found: 'none', expected: 'at least one' });
  if (!Number.isInteger(negatives) || negatives < 1) {
    throw new InputError({ field: 'negatives', found: String(negatives), expected: 'a whole number of 1 or more' });
  }
  const short = groups.find((group) => group.positives.length === 0 || group.negatives.length === 0);
  if (short !== undefined) {
    throw new InputError({
      field: 'groups',
      found: `query ${JSON.stringify(short.query)} with ${short.positives.length} positives and ${short.negatives.length} negatives`,
      expected: 'at least one of each',
    });
  }
  const values = Object.entries(weights);
  const wrong = values.find(([, weight]) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong !== undefined) {
    throw new InputError({ field: `weights.${wrong[0]}`, found: String(wrong[1]), expected: 'a number of 0 or more' });
  }
  if (values.every(([, weight]) => weight === 0)) {
    throw new InputError({ field: 'weights', found: 'nothing but 0', expected: 'at least one above 0' });
  }
  if (weights.differencePenalty > 0 && (reference === undefined || reference === model)) {
    throw new InputError({
      field: 'reference',
      found: reference === undefined ? 'nothing' : 'the model that trains',
      expected: 'a frozen model of its own, which the difference penalty compares with',
    });
  }
}

function finetuneIdentity(options: FinetuneOptions): Record<string, unknown> {
  const { referenceHash, groups, negatives, duplicates, weights, temperature, scoreTransform, klRows } = options;
  return {
    referenceHash: weights.differencePenalty === 0 ? null : (referenceHash ?? null),
    negatives,
    duplicates: duplicates ?? false,
    weights,
    temperature: temperature ?? 0.001,
    scoreTransform: scoreTransform ?? 'exp',
    klRows: klRows ?? 'real',
    data: sha256(canonicalJson(groups.map(({ query, positives, negatives: others }) => [query, positives, others]))),
  };
}
