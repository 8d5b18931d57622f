/** Weight files and their headers, without the tensor code that `index.ts` loads. */
export { openGguf } from './lib/containers/gguf-source';
export type { GgufSource } from './lib/containers/gguf-source';
export { openSafetensors } from './lib/containers/safetensors-reader';
export { openShardedSafetensors } from './lib/containers/sharded-safetensors';
export type { TensorEntry, TensorSource } from './lib/containers/tensor-source';
