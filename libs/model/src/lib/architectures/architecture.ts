import type { tf } from '@tsarank/tensor';
import type { CausalLm } from '../causal-lm';
import type { GgufSource } from '../containers/gguf/gguf-source';
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
  /** Whether the matrices of the blocks are stored [in, out]; default [out, in]. */
  inputFirst?: boolean;
  /** How the family is laid out in GGUF files; absent where those are not read. */
  gguf?: GgufLayout;
}

/** How llama.cpp's converter lays out the models of a family. */
export interface GgufLayout {
  /** Metadata to the `config.json` object that the same model has as a Hugging Face folder. */
  rawConfig(source: GgufSource): Record<string, unknown>;
  /** Hugging Face name of a GGUF tensor; null for one that is no weight of its own, undefined where it isn't known. */
  nameOf(ggufName: string): string | null | undefined;
  /** How a tensor of that Hugging Face name stands in the file; absent, or undefined: as Hugging Face has it. */
  rearranged?(name: string): Rearranged | undefined;
}

/** A tensor that the converter has rearranged. */
export type Rearranged =
  | { kind: 'transposed' }
  | {
      kind: 'rows';
      /** Row of the file's tensor that Hugging Face has as row `row`. */
      rowOf(row: number, config: ModelConfig): number;
      /** GGUF's parts of the tensor one below the other (`attn_q`), where the converter has split it. */
      parts?: readonly string[];
    };
