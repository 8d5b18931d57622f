import { InputError } from '@tsarank/io';
import type { tf } from '@tsarank/tensor';
import type { CausalLm } from './causal-lm';

/**
 * Names of the weights that train: those of the top blocks, or every one.
 *
 * Embeddings, final norm and output matrix stay frozen unless every weight trains, as in the published `sft.py`.
 *
 * @param topLayers How many of the uppermost blocks; 0 for all weights.
 * @throws {InputError} when there are not so many blocks.
 */
export function trainableNames(model: CausalLm, topLayers: number): string[] {
  const { layers } = model.config;
  requireBlocks(model, topLayers);
  const names = [...model.weights.keys()];
  if (topLayers === 0) return names;
  return names.filter((name) => (model.layerOf(name) ?? -1) >= layers - topLayers);
}

/** @throws {InputError} when a model has not so many blocks. */
export function requireBlocks({ config: { layers } }: Pick<CausalLm, 'config'>, topLayers: number): void {
  if (!Number.isInteger(topLayers) || topLayers < 0 || topLayers > layers) {
    throw new InputError({
      field: 'topLayers',
      found: String(topLayers),
      expected: `an integer of 0 (every weight) to ${layers}, the blocks of the model`,
    });
  }
}

/** The weights of `trainableNames`, in the same order. */
export function trainableWeights(model: CausalLm, topLayers: number): tf.Variable[] {
  return trainableNames(model, topLayers).map((name) => model.weights.get(name)!);
}

/**
 * Give one model the values of another with the same weights.
 *
 * @throws {RangeError} when a weight is missing on one side.
 */
export function copyWeights(from: CausalLm, to: CausalLm): void {
  const lacking = [...to.weights.keys()].filter((name) => !from.weights.has(name));
  if (lacking.length > 0 || from.weights.size !== to.weights.size) {
    throw new RangeError(`the models have different weights: ${lacking.join(', ')}`);
  }
  for (const [name, weight] of to.weights) weight.assign(from.weights.get(name)!);
}
