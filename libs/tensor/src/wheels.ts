/** What Python packages carry, fetched without Python, and without the tensor code that `index.ts` loads. */
export { fetchWheel } from './lib/wheels/fetch-wheel';
export type { FetchWheelOptions } from './lib/wheels/fetch-wheel';
export { defaultCacheDirectory } from './lib/native/binding-files';
export type { Wheel } from './lib/wheels/wheel';
export { extractZip } from './lib/wheels/zip';
