import { InputError } from '@tsarank/io';
import { writeCorpus, writeQrels, writeQueries, type Judgment } from './beir-files';
import type { Layout } from './layout';

/** NanoBEIR's three tables in Parquet: corpus and queries of `_id` and `text`, pairs of relevant ones. */
export const layOutNanoBeir: Layout = async ({ files, folder }) => {
  const corpus = await readTable(files['corpus']!, ['_id', 'text']);
  await writeCorpus(folder, async (add) => {
    for (const [id, text] of corpus) add(id, text);
  });
  const queries = await readTable(files['queries']!, ['_id', 'text']);
  await writeQueries(folder, new Map(queries));
  const pairs = await readTable(files['qrels']!, ['query-id', 'corpus-id']);
  await writeQrels(folder, 'test', judgmentsOf(pairs));
};

async function* judgmentsOf(pairs: readonly [string, string][]): AsyncGenerator<Judgment> {
  for (const [queryId, docId] of pairs) yield { queryId, docId, grade: '1' };
}

/** Two text columns of a small Parquet file. */
async function readTable(file: string, [first, second]: readonly [string, string]): Promise<[string, string][]> {
  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet');
  let rows: Record<string, unknown>[];
  try {
    rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), columns: [first, second] });
  } catch (error) {
    throw new InputError({
      file,
      message: `is no sound Parquet file with ${first} and ${second} (${(error as Error).message})`,
    });
  }
  return rows.map((row, at): [string, string] => {
    const [one, other] = [row[first], row[second]];
    if (typeof one === 'string' && typeof other === 'string') return [one, other];
    throw new InputError({ file, line: at + 1, field: typeof one === 'string' ? second : first, expected: 'text' });
  });
}
