import { tf } from '@tsarank/tensor';

/** The terms of stage two, in the order in which they are summed and logged. */
export const OBJECTIVE_TERMS = ['rank', 'nextToken', 'differencePenalty'] as const;

export type ObjectiveTerm = (typeof OBJECTIVE_TERMS)[number];

/** Weight of each term, >= 0; the published recipe has 1, 1, 1. */
export type ObjectiveWeights = Record<ObjectiveTerm, number>;

/** How each term is computed; called only where its weight is not 0. */
export type ObjectiveTerms = Record<ObjectiveTerm, () => tf.Scalar>;

export interface Objective {
  /** The weighted sum. */
  total: tf.Scalar;
  /** The unweighted terms that were computed. */
  parts: Partial<Record<ObjectiveTerm, tf.Scalar>>;
}

/**
 * The training objective of stage two: the weighted sum of its terms.
 *
 *   L = w_rank L_rank + w_nextToken L_ntp + w_differencePenalty L_dp
 *
 * A term of weight 0 is not computed. The caller owns `total` and `parts`.
 *
 * @throws {RangeError} naming the weight that is negative or not finite, or when every weight is 0.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706), fine-tuning objective.
 *
 * @example
 * objective(terms, { rank: 1, nextToken: 0, differencePenalty: 0.5 }).total; // rank + 0.5 differencePenalty
 */
export function objective(terms: ObjectiveTerms, weights: ObjectiveWeights): Objective {
  for (const term of OBJECTIVE_TERMS) {
    if (!(weights[term] >= 0 && Number.isFinite(weights[term]))) {
      throw new RangeError(`weight of ${term} must be a number >= 0, got ${weights[term]}`);
    }
  }
  const used = OBJECTIVE_TERMS.filter((term) => weights[term] !== 0);
  if (used.length === 0) throw new RangeError('at least one weight of the objective must be > 0');
  const parts: Objective['parts'] = {};
  for (const term of used) parts[term] = terms[term]();
  const total = tf.tidy(() =>
    used.map((term): tf.Tensor => tf.mul(parts[term]!, weights[term])).reduce((sum, term) => tf.add(sum, term)),
  );
  return { total: total as tf.Scalar, parts };
}
