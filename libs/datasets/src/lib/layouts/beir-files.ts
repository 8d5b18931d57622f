import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectory } from '@tsarank/io';

const BATCH_CHARACTERS = 1 << 20;

/** A text file that grows line by line, in pieces of a megabyte. */
class LineFile {
  private readonly handle: number;
  private pending: string[] = [];
  private characters = 0;

  constructor(file: string) {
    makeDirectory(dirname(file));
    this.handle = openSync(file, 'wx');
  }

  add(line: string): void {
    this.pending.push(line, '\n');
    this.characters += line.length;
    if (this.characters >= BATCH_CHARACTERS) this.flush();
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.handle);
    }
  }

  private flush(): void {
    const bytes = Buffer.from(this.pending.join(''), 'utf8');
    for (let done = 0; done < bytes.length;) done += writeSync(this.handle, bytes, done);
    this.pending = [];
    this.characters = 0;
  }
}

/** Documents, queries and candidates as BEIR's layout has them, written one by one. */
export async function writeCorpus(
  folder: string,
  fill: (add: (id: string, text: string, title?: string) => void) => Promise<void>,
): Promise<void> {
  await writeLines(join(folder, 'corpus.jsonl'), (addLine) =>
    fill((id, text, title = '') => addLine(JSON.stringify({ _id: id, title, text }))),
  );
}

export async function writeQueries(folder: string, queries: ReadonlyMap<string, string>): Promise<void> {
  await writeLines(join(folder, 'queries.jsonl'), async (addLine) => {
    for (const [id, text] of queries) addLine(JSON.stringify({ _id: id, text }));
  });
}

/** A judgment as published. */
export interface Judgment {
  queryId: string;
  docId: string;
  grade: string;
}

/**
 * Judgments of one split. A pair that is judged twice is written once, with its last grade, as BEIR's own reader has it.
 *
 * @returns Ids of the judged queries and documents.
 */
export async function writeQrels(
  folder: string,
  split: string,
  judgments: AsyncIterable<Judgment>,
): Promise<{ queryIds: Set<string>; docIds: Set<string> }> {
  const byQuery = new Map<string, Map<string, string>>();
  const docIds = new Set<string>();
  for await (const { queryId, docId, grade } of judgments) {
    const grades = byQuery.get(queryId) ?? new Map<string, string>();
    byQuery.set(queryId, grades.set(docId, grade));
    docIds.add(docId);
  }
  await writeLines(join(folder, 'qrels', `${split}.tsv`), async (addLine) => {
    addLine('query-id\tcorpus-id\tscore');
    for (const [queryId, grades] of byQuery) {
      for (const [docId, grade] of grades) addLine(`${queryId}\t${docId}\t${grade}`);
    }
  });
  return { queryIds: new Set(byQuery.keys()), docIds };
}

/** Writes a file line by line; closed whatever happens. */
export async function writeLines(
  file: string,
  fill: (addLine: (line: string) => void) => Promise<void>,
): Promise<void> {
  const lines = new LineFile(file);
  try {
    await fill((line) => lines.add(line));
  } finally {
    lines.close();
  }
}
