export { Random } from './lib/random';
export type { RandomState } from './lib/random';
