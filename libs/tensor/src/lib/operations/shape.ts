/**
 * The letters used in shape comments: B batch, G group of candidates, S or L positions, R rows (chosen positions of
 * all sequences), V vocabulary, h or D hidden size, H heads.
 */

/** A tensor came in a shape that the function does not take. */
export class ShapeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShapeError';
  }
}

/**
 * Checks a tensor's rank.
 *
 * @throws {ShapeError} naming the argument, the rank wanted and the shape found.
 *
 * @example
 * assertRank(tf.zeros([2, 3]), 1, 'labels'); // ShapeError: labels must have rank 1, got shape [2, 3]
 */
export function assertRank(tensor: { shape: readonly number[] }, rank: number, name: string): void {
  if (tensor.shape.length !== rank)
    throw new ShapeError(`${name} must have rank ${rank}, got shape [${tensor.shape.join(', ')}]`);
}
