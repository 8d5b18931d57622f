import type { tf } from '@tsarank/tensor';
import type { EncoderDecoderConfig, EncoderDecoderLm } from '../encoder-decoder-lm';

/** Names of the tensors in a file of weights. */
export type StoredNames = Pick<ReadonlyMap<string, unknown>, 'has'>;

/** A family of encoder-decoder models: how its files are read and what they compute. */
export interface EncoderDecoderFamily<C extends EncoderDecoderConfig = EncoderDecoderConfig> {
  /**
   * `config.json` to a config. Throws InputError naming file and field.
   *
   * @param stored The tensors in the file of weights, once they are known: some configurations leave to them what the model has.
   */
  readConfig(raw: Readonly<Record<string, unknown>>, file: string, stored?: StoredNames): C;
  /** Name and shape of every weight of such a model. */
  weightShapes(config: C): Map<string, number[]>;
  /** Name in the model of a tensor in a file; null for one that nobody needs. */
  nameOf(stored: string, config: C): string | null;
  /** The model over weights that it then owns. */
  build(config: C, weights: ReadonlyMap<string, tf.Variable>): EncoderDecoderLm;
}
