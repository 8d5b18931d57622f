import type { CollatedPairs } from '@tsarank/data';
import type { CausalLm } from '@tsarank/model';
import { gatherRows, tf } from '@tsarank/tensor';

/** A batch on its way through a model. */
export interface BatchForward {
  /**
   * Logits of chosen rows alone, [R, V]: the head, the most expensive product, sees no other.
   *
   * @param rows Places in the flattened [B * S], int32 [R].
   */
  logits(rows: tf.Tensor1D): tf.Tensor2D;
  dispose(): void;
}

/**
 * Takes a batch through the frozen part of a model: embeddings and all blocks below the top `topLayers`. Done before
 * and outside any gradient, so that nothing of it is recorded or traced; `logits` then runs the blocks that train.
 *
 * @param topLayers Blocks that train, from the top; 0: all weights do, and nothing is done ahead.
 */
export function batchForward(model: CausalLm, pairs: CollatedPairs, topLayers: number): BatchForward {
  const shape: [number, number] = [pairs.batch, pairs.length];
  const inputIds = tf.tensor2d(pairs.inputIds, shape, 'int32');
  const mask = tf.tensor2d(Float32Array.from(pairs.realMask), shape);
  const { layers } = model.config;
  const lower =
    topLayers === 0 ? undefined : tf.tidy(() => model.blocks(model.embed(inputIds), mask, 0, layers - topLayers));
  return {
    logits: (rows) =>
      tf.tidy(() => {
        const hidden =
          lower === undefined
            ? model.hiddenStates(inputIds, mask)
            : model.finalNorm(model.blocks(lower, mask, layers - topLayers, layers)); // [B, S, h]
        const [batch, length, size] = hidden.shape;
        return model.logits(gatherRows(tf.reshape(hidden, [batch * length, size]) as tf.Tensor2D, rows));
      }),
    dispose: () => tf.dispose([inputIds, mask, ...(lower ? [lower] : [])]),
  };
}

/** Places of the rows whose mask is 1 in the flattened [B * S]. */
export function rowsWhere(mask: ArrayLike<number>): number[] {
  const rows: number[] = [];
  for (let row = 0; row < mask.length; row += 1) if (mask[row] === 1) rows.push(row);
  return rows;
}
