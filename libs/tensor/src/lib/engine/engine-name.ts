/** The engines, fastest first; `cpu` is plain JavaScript and meant for tests of tiny tensors. */
export const engineNames = ['tensorflow-gpu', 'tensorflow', 'wasm', 'cpu'] as const;

export type EngineName = (typeof engineNames)[number];

export interface EngineOptions {
  /** Where `installNative` keeps the TensorFlow library; default: `defaultCacheDirectory()`. */
  cacheDirectory?: string;
  /** Threads for the TensorFlow engine's operations; default: one a core. Counts for the first engine loaded only. */
  threads?: number;
}

/** An engine that could not be loaded, and why, in words for the user. */
export class EngineUnavailable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'EngineUnavailable';
  }
}
