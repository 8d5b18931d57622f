import type { tf } from '@tsarank/tensor';
import type { LowRank } from '../parts/low-rank';

/** An adapter that can train. */
export interface Adapter extends LowRank {
  /** A, [r, in] */
  down: tf.Variable;
  /** B, [out, r] */
  up: tf.Variable;
}

/** What holds adapters, by the name of the projection that they are added to. */
export interface Adapted {
  readonly adapters: Map<string, Adapter>;
}

/** What PEFT puts before the name of a module. */
export const PEFT_PREFIX = 'base_model.model.';

/** PEFT's names of the two matrices of a module's adapter. */
export function adapterNames(module: string): { down: string; up: string } {
  return { down: `${PEFT_PREFIX}${module}.lora_A.weight`, up: `${PEFT_PREFIX}${module}.lora_B.weight` };
}

/** PEFT's names of the two matrices of an embedding's adapter: A is [r, rows], B [width, r]. */
export function embeddingAdapterNames(module: string): { down: string; up: string } {
  return { down: `${PEFT_PREFIX}${module}.lora_embedding_A`, up: `${PEFT_PREFIX}${module}.lora_embedding_B` };
}

/** The weights of a model's adapters by PEFT's names, in the order of its modules. */
export function adapterWeights({ adapters }: Adapted): Map<string, tf.Variable> {
  const weights = new Map<string, tf.Variable>();
  for (const [module, { down, up }] of adapters) {
    const names = adapterNames(module);
    weights.set(names.down, down).set(names.up, up);
  }
  return weights;
}

/** Takes a model's adapters away and frees them: it is as it was without. */
export function removeAdapters({ adapters }: Adapted): void {
  for (const { down, up } of adapters.values()) {
    down.dispose();
    up.dispose();
  }
  adapters.clear();
}
