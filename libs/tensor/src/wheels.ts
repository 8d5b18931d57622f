/** What Python packages carry, fetched without Python, and without the tensor code that `index.ts` loads. */
export { fetchWheel } from './lib/native/fetch-wheel';
export type { FetchWheelOptions } from './lib/native/fetch-wheel';
export { defaultCacheDirectory } from './lib/native/native-paths';
export type { Wheel } from './lib/native/wheel';
export { extractZip } from './lib/native/zip';
