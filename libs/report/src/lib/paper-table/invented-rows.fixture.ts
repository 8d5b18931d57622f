import { Random } from '@tsarank/random';
import { publishedTable, type PublishedTable } from '../published/published-results';
import { PUBLISHED_SETS } from '../published/published-sets';
import type { OurPaperCell, OurPaperRow } from './our-paper-row';

export interface InventedRowsOptions {
  /** Columns without a set in the experiment. */
  without?: readonly string[];
  seeds?: number;
  candidates?: string;
}

const COMMAND = 'npx ablate invented';
const DATA = 'cwe, after stage one on the embedded pairs';

/** Rows of an experiment with invented numbers, in every state that a table shows: for tests and for looking at it. */
export function inventedRows(
  key: PublishedTable['key'],
  { without = [], seeds = 1, candidates = 'BM25 top 100' }: InventedRowsOptions = {},
): OurPaperRow[] {
  const row = (label: string, level: number, more: Partial<OurPaperRow> & { fails?: boolean } = {}): OurPaperRow => {
    const { fails = false, ...own } = more;
    const cells = publishedTable(key).columns.flatMap(
      ({ key: column, set, candidates: printed }): [string, OurPaperCell][] => {
        if (set === undefined) return [];
        if (without.includes(column)) {
          const command = `npx ablate invented --set 'evaluation.sets=[{"name":"${set}","collection":"${PUBLISHED_SETS[set].dataset}","depth":1000}]'`;
          return [[column, { missing: { why: 'The experiment has no such test set.', command } }]];
        }
        if (fails) return [[column, { missing: { why: 'Not run yet.', command: COMMAND } }]];
        const random = Random.fromSeed(label, column);
        const values = Array.from({ length: seeds }, () => level + (random.nextFloat() - 0.5) * 0.1);
        const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
        const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1));
        return [
          [
            column,
            {
              value: mean,
              candidates: set === 'dl19' ? printed : candidates,
              queries: set === 'msmarco-dev' || set === 'quora' ? 200 : PUBLISHED_SETS[set].queries,
              runIds: values.map(
                (_, seed) => `${Random.fromSeed(label, seed).nextFloat().toString(16).slice(2, 10)}0000`,
              ),
              seeds,
              ...(seeds > 1 ? { spread, values } : {}),
            },
          ],
        ];
      },
    );
    return {
      key: label.toLowerCase().replace(/\W+/g, '-'),
      label,
      model: 'SmolLM2-135M',
      data: DATA,
      cells: Object.fromEntries(cells),
      ...own,
    };
  };
  return [
    row('BM25', 0.4, { model: null, data: null }),
    row('BM25 fused with Full recipe', 0.47),
    row('Zero-shot', 0.3, { data: null }),
    row('Full recipe', 0.45),
    row('Full recipe on MS MARCO', 0.5, { data: 'MS MARCO', model: 'bigscience/bloom-560m' }),
    row('Top 4 of 30 blocks train', 0.44, { group: 'Trainable layers' }),
    row('All weights train & <b>', 0.43, { group: 'Trainable layers', fails: true }),
  ];
}
