import { WorkError } from '@tsarank/io';
import type { Random } from '@tsarank/random';

/** How the next token is taken from its logits. */
export interface SamplingOptions {
  /** Logits are divided by it; 0 takes the likeliest token. Default 0. */
  temperature?: number;
  /** Draws from the fewest likeliest tokens that have this probability together; 1 from all. Default 1. */
  topP?: number;
  /** Draws from so many likeliest tokens, and those that tie with the last; default all. */
  topK?: number;
}

/** Tokens that may be drawn, by rising id, and their weights, which need not add up to 1. */
export interface Candidates {
  ids: number[];
  weights: number[];
}

/**
 * The next token: the likeliest (of equals the first) at temperature 0, else drawn from `candidates` by their weights.
 *
 * @param logits [V]
 * @throws {WorkError} where a logit is no number.
 */
export function nextToken(logits: Float32Array, options: SamplingOptions, random: Random): number {
  if (!((options.temperature ?? 0) > 0)) return likeliest(logits);
  const { ids, weights } = candidates(logits, options);
  let left = random.nextFloat() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => (left -= weight) < 0);
  return drawn < 0 ? ids.at(-1)! : ids[drawn]!; // rounding may leave a rest
}

/**
 * What temperature, then top-k, then top-p leave of a distribution. A token stays under top-p if those likelier than it have
 * less than `topP` together; of tokens that tie at the end the last ones stay.
 *
 * Source: Holtzman et al. 2020 (arXiv 1904.09751); transformers `TemperatureLogitsWarper`, `TopKLogitsWarper`, `TopPLogitsWarper`.
 */
export function candidates(logits: Float32Array, { temperature = 1, topP = 1, topK }: SamplingOptions): Candidates {
  const top = logits[likeliest(logits)]!;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - top) / temperature));
  const rising = weights.slice().sort();
  const least = topK === undefined || topK >= rising.length ? 0 : rising[rising.length - topK]!;
  if (topP >= 1) return picked(weights, (weight) => weight >= least);
  const total = rising.reduce((sum, weight) => (weight >= least ? sum + weight : sum), 0);
  let count = 0;
  let above = 0;
  while (count < rising.length && rising.at(-1 - count)! >= least && above < topP * total) {
    above += rising.at(-1 - count)!;
    count += 1;
  }
  const last = rising.at(-count)!;
  let passedOver = weights.reduce((ties, weight) => ties + Number(weight >= last), 0) - count;
  return picked(weights, (weight) => weight > last || (weight === last && passedOver-- <= 0));
}

function picked(weights: Float64Array, stays: (weight: number) => boolean): Candidates {
  const result: Candidates = { ids: [], weights: [] };
  weights.forEach((weight, id) => {
    if (!stays(weight)) return;
    result.ids.push(id);
    result.weights.push(weight);
  });
  return result;
}

function likeliest(logits: Float32Array): number {
  let best = 0;
  logits.forEach((logit, id) => {
    if (Number.isNaN(logit)) throw new WorkError(`the model gave token ${id} a logit that is no number`);
    if (logit > logits[best]!) best = id;
  });
  return best;
}
