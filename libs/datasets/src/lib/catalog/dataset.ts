/** A published file. */
export interface SourceFile {
  url: string;
  /** As published, or as recorded by ir_datasets where its publisher names no hash. */
  md5: string;
  /** For what is said and for the check of free space; the hash alone decides whether a file is whole. */
  bytes: number;
  /** Several collections are made of it: it stays in the cache's `downloads/` folder. */
  shared?: true;
}

/**
 * How the files of a collection become a folder in BEIR's layout; each is a function of that name in `layouts/`.
 */
export type LayoutName =
  'beir-zip' | 'nano-beir' | 'ms-marco' | 'ms-marco-topics' | 'ms-marco-candidates' | 'ms-marco-v2';

/** What is fetched of a collection: all of it, the passages of the published candidates, or no passage. */
export const PARTS = ['all', 'candidates', 'queries'] as const;
export type Part = (typeof PARTS)[number];

export interface Recipe {
  layout: LayoutName;
  /** By what they hold, as the layout names it. */
  files: Readonly<Record<string, SourceFile>>;
  /** Another collection, whose documents are this one's too. */
  corpusOf?: string;
}

/** How the published evaluation treats a collection, where that differs from the others. */
export interface DatasetEvaluation {
  /** Queries are documents themselves: the one with a query's own id is no candidate for it. */
  dropsOwnDocument?: boolean;
  maxDocumentTokens?: number;
  maxQueryTokens?: number;
}

/** A published collection. */
export interface Dataset {
  name: string;
  /** Several of one kind that can be fetched together. */
  family: 'beir' | 'nano-beir' | 'ms-marco';
  /** Other spellings, in small letters and digits alone. */
  aliases?: readonly string[];
  title: string;
  documents: number;
  /** Judged queries of each split. */
  queries: Readonly<Record<string, number>>;
  licence: string;
  homepage: string;
  /** What a reader of its numbers should know. */
  notes?: string;
  evaluation?: DatasetEvaluation;
  parts: Readonly<Partial<Record<Part, Recipe>>>;
  /** The part that a name alone stands for. */
  usualPart: Part;
}
