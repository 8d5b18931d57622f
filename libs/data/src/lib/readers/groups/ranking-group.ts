/** A query with documents that answer it and documents that don't; what stage two trains on. */
export interface RankingGroup {
  queryId?: string;
  query: string;
  /** At least one. */
  positives: string[];
  negatives: string[];
}
