import { tf } from '@tsarank/tensor';

/** Keys and values of one block, of all tokens that have gone through it. */
export class LayerCache {
  private held?: { key: tf.Tensor4D; value: tf.Tensor4D };

  /**
   * Puts those of new tokens behind the ones that are held.
   *
   * @param key [B, Hkv, S, d], with its position.
   * @param value [B, Hkv, S, d]
   * @returns All, [B, Hkv, K, d]; they stay the cache's own.
   */
  extend(key: tf.Tensor4D, value: tf.Tensor4D): { key: tf.Tensor4D; value: tf.Tensor4D } {
    const joined = (earlier: tf.Tensor4D | undefined, later: tf.Tensor4D) =>
      tf.keep(earlier ? tf.concat([earlier, later], 2) : tf.clone(later)) as tf.Tensor4D;
    return this.replace({ key: joined(this.held?.key, key), value: joined(this.held?.value, value) });
  }

  /** Goes on with some of the sequences, in the order given. */
  keep(rows: readonly number[]): void {
    if (!this.held) return;
    const kept = (all: tf.Tensor4D) =>
      tf.tidy(() => tf.keep(tf.gather(all, tf.tensor1d([...rows], 'int32'))) as tf.Tensor4D);
    this.replace({ key: kept(this.held.key), value: kept(this.held.value) });
  }

  dispose(): void {
    tf.dispose([this.held?.key, this.held?.value].filter((tensor) => tensor !== undefined));
    this.held = undefined;
  }

  private replace(held: { key: tf.Tensor4D; value: tf.Tensor4D }) {
    this.dispose();
    this.held = held;
    return held;
  }
}
