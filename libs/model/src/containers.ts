/** Weight files and adapters, their headers and what is in them, without the tensor code that `index.ts` loads. */
export { openFolderWeights } from './lib/containers/folder-weights';
export { openGguf } from './lib/containers/gguf/gguf-source';
export type { GgufSource } from './lib/containers/gguf/gguf-source';
export { openSafetensors } from './lib/containers/safetensors/safetensors-reader';
export { openShardedSafetensors } from './lib/containers/sharded-safetensors';
export { openSharded } from './lib/containers/sharded-source';
export type { ShardedSource } from './lib/containers/sharded-source';
export type { TensorEntry, TensorSource } from './lib/containers/tensor-source';
export { openTorchFile } from './lib/containers/torch/torch-source';
export { adaptedModules, ALL_LINEAR } from './lib/lora/adapted-modules';
export { readAdapterConfig } from './lib/lora/adapter-config';
export type { AdapterFile } from './lib/lora/adapter-config';
export { ADAPTER_WEIGHTS, isAdapterFolder, openAdapterFolder } from './lib/lora/adapter-folder';
export type { AdapterFolder } from './lib/lora/adapter-folder';
export { isInputFirst, linearModules } from './lib/lora/linear-modules';
export type { LinearModule } from './lib/lora/linear-modules';
