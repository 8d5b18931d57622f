export { buildBm25Index, searchQueries } from './lib/bm25';
export type { Bm25Index, Bm25Options } from './lib/bm25';
export { englishTerms } from './lib/english-terms';
export { evaluateRun } from './lib/evaluate-run';
export type { EvaluateRunOptions } from './lib/evaluate-run';
export { separateTies } from './lib/separate-ties';
