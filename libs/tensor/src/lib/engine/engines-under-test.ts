import { defaultCacheDirectory, findBinding } from '../native/binding-files';
import type { EngineName } from './engine-name';

/** For specs: the engines every machine has, and the TensorFlow engine where it is installed. */
export const enginesUnderTest: readonly EngineName[] = [
  'cpu',
  'wasm',
  ...(findBinding('@tensorflow/tfjs-node', defaultCacheDirectory()) === undefined ? [] : (['tensorflow'] as const)),
];
