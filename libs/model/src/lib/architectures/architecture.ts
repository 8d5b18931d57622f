import type { tf } from '@tsarank/tensor';
import type { CausalLm } from '../causal-lm';
import type { GgufSource } from '../containers/gguf-source';
import type { ModelConfig } from '../model-config';

/** A family of decoders: how its files are read and what they compute. */
export interface Architecture<C extends ModelConfig = ModelConfig> {
  /** `config.json` to a config. Throws InputError naming file and field. */
  readConfig(raw: Readonly<Record<string, unknown>>, file?: string): C;
  /** Name and shape of every weight of such a model, in the order in which they are used. */
  weightShapes(config: C): Map<string, number[]>;
  /** The model over weights that it then owns. */
  build(config: C, weights: ReadonlyMap<string, tf.Variable>): CausalLm;
  /**
   * Name in the model of a tensor in a Hugging Face file: files saved from the bare decoder lack the wrapper's prefix, some
   * carry another.
   */
  nameOf(stored: string): string;
  /** How the family is laid out in GGUF files; absent where those are not read. */
  gguf?: GgufLayout;
}

export interface GgufLayout {
  /** Metadata to the `config.json` object that the same model has as a Hugging Face folder. */
  rawConfig(source: GgufSource): Record<string, unknown>;
  /** Hugging Face name of a GGUF tensor, or undefined where it is not known. */
  nameOf(ggufName: string): string | undefined;
  /** Values as the Hugging Face layout has them. May change `data` in place. */
  restore(name: string, data: Float32Array, config: ModelConfig): Float32Array;
}
