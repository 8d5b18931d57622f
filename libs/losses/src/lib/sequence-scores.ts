import { assertRank, tf } from '@tsarank/tensor';

/**
 * Mean log-probability of each sequence's rows.
 *
 *   s_n = (1/|R_n|) sum_{r in R_n} logProbs_r,   R_n = { r : sequenceOf[r] = n }
 *
 * Written as a product with the [N, R] matrix of weights 1/|R_n|, whose gradient every engine has.
 *
 * @param logProbs Log-probability of each row's true next token, [R], in nats.
 * @param sequenceOf For each row the sequence it counts for, 0 … N - 1, or -1 for none.
 * @param sequences N.
 * @returns Scores [N], in nats per token.
 * @throws {ShapeError} when `logProbs` is not rank 1.
 * @throws {RangeError} when a sequence has no row, or the lengths differ.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706), relevance score of a document: mean log-probability of the query.
 *
 * @example
 * sequenceScores(tf.tensor1d([-1, -3, -9]), [0, 0, 1], 2).dataSync(); // [-2, -9]
 */
export function sequenceScores(logProbs: tf.Tensor1D, sequenceOf: ArrayLike<number>, sequences: number): tf.Tensor1D {
  assertRank(logProbs, 1, 'logProbs');
  const rows = logProbs.size;
  if (sequenceOf.length !== rows) {
    throw new RangeError(`sequenceOf must have ${rows} entries as logProbs has, got ${sequenceOf.length}`);
  }
  const counts = new Int32Array(sequences);
  for (let row = 0; row < rows; row += 1) {
    if (sequenceOf[row]! >= 0) counts[sequenceOf[row]!] = counts[sequenceOf[row]!]! + 1;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new RangeError(`sequence ${empty} has no row to score`);
  const weights = new Float32Array(sequences * rows);
  for (let row = 0; row < rows; row += 1) {
    const sequence = sequenceOf[row]!;
    if (sequence >= 0) weights[sequence * rows + row] = 1 / counts[sequence]!;
  }
  return tf.tidy(() => {
    const means = tf.matMul(tf.tensor2d(weights, [sequences, rows]), tf.reshape(logProbs, [rows, 1])); // [N, 1]
    return tf.reshape(means, [sequences]) as tf.Tensor1D;
  });
}
