/** What a measure can be told. */
export interface MeasureOptions {
  /** Ranks looked at; default all. */
  readonly cutoff?: number;
  /** Least grade that counts as relevant (trec_eval's -l), an integer of 1 or more; default 1. */
  readonly relevanceLevel?: number;
}
