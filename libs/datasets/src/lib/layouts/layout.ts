import type { Part } from '../catalog/dataset';

/** What a layout makes a folder of. */
export interface LayoutTask {
  /** Where the published files lie, as the recipe names them. */
  files: Readonly<Record<string, string>>;
  part: Part;
  /** An empty folder, to be filled in BEIR's layout. */
  folder: string;
  /** The folder of the collection whose documents are this one's. */
  corpusFolder?: string;
  log: (line: string) => void;
}

/** Makes BEIR's layout of published files: `corpus.jsonl`, `queries.jsonl`, `qrels/<split>.tsv`. */
export type Layout = (task: LayoutTask) => Promise<void>;
