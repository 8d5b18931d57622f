import { copyFileSync, linkSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@tsarank/io';
import { fileLines } from '../archives/lines';
import { writeCorpus, writeLines, writeQrels, writeQueries } from './beir-files';
import type { Layout, LayoutTask } from './layout';
import { readTopics, trecJudgments } from './ms-marco-lines';

/** Topics and judgments of a Deep Learning track, over the passages of another collection. */
export const layOutTopics: Layout = async (task) => {
  await writeTopicsAndQrels(task);
  const [from, to] = [join(task.corpusFolder!, 'corpus.jsonl'), join(task.folder, 'corpus.jsonl')];
  try {
    linkSync(from, to); // the same gigabytes, once on the disk
  } catch {
    copyFileSync(from, to);
  }
};

/** The same with the published candidates, each line of which has its passage's text: query, passage, query text, text. */
export const layOutCandidates: Layout = async (task) => {
  await writeTopicsAndQrels(task);
  const file = task.files['candidates']!;
  const written = new Set<string>();
  await writeLines(join(task.folder, 'candidates.trec'), (addLine) =>
    writeCorpus(task.folder, async (addDocument) => {
      for await (const lines of fileLines(file)) {
        for (const { text, line } of lines) {
          const [queryId, docId, , passage, ...more] = text.split('\t');
          if (!queryId || !docId || passage === undefined || more.length > 0) {
            const found = JSON.stringify(text.slice(0, 80));
            throw new InputError({ file, line, found, expected: 'query id, passage id, query, passage between tabs' });
          }
          addLine(`${queryId} Q0 ${docId} 1 0 published`);
          if (written.has(docId)) continue;
          written.add(docId);
          addDocument(docId, passage);
        }
      }
    }),
  );
};

/** @returns Ids of the judged passages. */
export async function writeTopicsAndQrels({ files, folder }: LayoutTask): Promise<Set<string>> {
  const [topics, qrels] = [files['topics']!, files['qrels']!];
  await writeQueries(folder, await readTopics(topics));
  return (await writeQrels(folder, 'test', trecJudgments(fileLines(qrels), qrels))).docIds;
}
