import { InputError } from '@tsarank/io';
import { lineBatches, type PlacedLine } from '../archives/lines';
import { readTar } from '../archives/tar';
import { writeCorpus, writeQrels, writeQueries } from './beir-files';
import type { Layout } from './layout';
import { idAndText, trecJudgments } from './ms-marco-lines';

const SPLITS: Readonly<Record<string, { split: string; kind: 'queries' | 'qrels' }>> = {
  'queries.train.tsv': { split: 'train', kind: 'queries' },
  'queries.dev.small.tsv': { split: 'dev', kind: 'queries' },
  'qrels.train.tsv': { split: 'train', kind: 'qrels' },
  'qrels.dev.small.tsv': { split: 'dev', kind: 'qrels' },
};

/** MS MARCO's `collectionandqueries.tar.gz`: passages, and queries and judgments of train and of the small dev split. */
export const layOutMsMarco: Layout = async ({ files, folder }) => {
  const archive = files['archive']!;
  const queries = new Map<string, string>();
  const judged = new Set<string>();
  const found = new Set<string>();
  await readTar(archive, async (path, content) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const place = { file: `${archive}, ${name}` };
    const table = SPLITS[name];
    if (name === 'collection.tsv') {
      await writeCorpus(folder, (add) => eachRow(lineBatches(content), place.file, add));
    } else if (table?.kind === 'queries') {
      await eachRow(lineBatches(content), place.file, (id, text) => queries.set(id, text));
    } else if (table?.kind === 'qrels') {
      const { queryIds } = await writeQrels(folder, table.split, trecJudgments(lineBatches(content), place.file));
      for (const queryId of queryIds) judged.add(queryId);
    } else return;
    found.add(name);
  });
  const missing = ['collection.tsv', ...Object.keys(SPLITS)].filter((name) => !found.has(name));
  if (missing.length > 0) throw new InputError({ file: archive, message: `lacks ${missing.join(', ')}` });
  // Every third training query has no judgment: nothing can be learned or measured by it.
  await writeQueries(folder, new Map([...queries].filter(([id]) => judged.has(id))));
};

async function eachRow(
  batches: AsyncIterable<PlacedLine[]>,
  file: string,
  add: (id: string, text: string) => void,
): Promise<void> {
  for await (const lines of batches) {
    for (const line of lines) add(...idAndText(line, file));
  }
}
