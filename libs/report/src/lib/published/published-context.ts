import type { PaperReference, ResultTable } from '@tsarank/ablation';
import type { RunConfig } from '@tsarank/config';
import { formatDifference, formatValue } from '../number-text';
import { isBm25 } from '../report-input';
import { PUBLISHED_TABLES, publishedTable, publishedValue } from './published-results';

/** A small table of the paper's figures and ours, with every difference in setting said. */
export interface PublishedContext {
  title: string;
  /** What the paper itself sweeps for this question. */
  sweep: string;
  columns: readonly ['System', 'Test set', 'Measure', 'First stage', 'Reranked', 'Gain'];
  rows: { origin: 'ours' | 'paper'; cells: string[] }[];
  /** The same point on both sides, where the two differ. */
  setting: { what: string; paper: string; ours: string }[];
  notes: string[];
  source: string;
}

export interface PublishedContextOptions {
  /** Ours, to stand beside the paper's figures: its BM25 row and its baseline. */
  table?: ResultTable;
  /** The baseline's configuration, which makes our side of `setting` exact. */
  config?: RunConfig;
  /** Which of the paper's rows the experiment names, and for which variants of ours. */
  paper?: PaperReference;
}

/** What the paper varies for each question (sections on ablation; the figures of those plots are not printed). */
const SWEEPS: Record<string, string> = {
  recipe: 'The paper compares the whole recipe with other rerankers on MS MARCO, TREC DL 2019 / 2020 and BEIR.',
  'trainable-layers':
    'The paper trains the top 2, 4, 8 and 16 blocks in stage two; embeddings, final norm and output head stay frozen.',
  negatives: 'The paper trains stage two with 8, 16, 24, 32 and 48 documents a query.',
  'loss-weights': 'The paper removes terms of the stage-two objective; all three weigh 1 in its recipe.',
  stages: 'The paper trains with and without stage one (continual pre-training on weakly supervised pairs).',
};

const CITED: readonly string[] = ['BLOOM 560M', 'BLOOM 7B', 'Qwen 7B'];

/**
 * The paper's figures to set beside an experiment: first stage, reranked, and the gain between the two, which is the
 * one number that can be set side by side when collections and models differ.
 *
 * @param experiment An experiment's name; one the paper has no sweep for gets the general context.
 */
export function publishedContext(
  experiment: string,
  { table, config, paper }: PublishedContextOptions = {},
): PublishedContext {
  const named = [...new Set(Object.values(paper?.rows ?? {}))].filter(isCitable);
  const setting = settingRows(config);
  return {
    title: 'In the paper',
    sweep: SWEEPS[experiment] ?? 'The paper has no ablation for this question; its main results follow.',
    columns: ['System', 'Test set', 'Measure', 'First stage', 'Reranked', 'Gain'],
    rows: [...(table ? ourRows(table, paper) : []), ...(named.length > 0 ? named : CITED).flatMap(paperRows)],
    setting,
    notes: [
      `Not comparable as absolute values. ${setting
        .map(({ what, paper, ours }) => `${what}: ${paper} (paper), ${ours} (ours)`)
        .join('; ')}.`,
      ...(paper?.setting ? [paper.setting] : []),
      "The paper's BM25 average over BEIR is printed as 48.3; the gain uses its column's mean, 43.8.",
      `Source: ${PUBLISHED_TABLES[0]!.source}. Figures in percent; ours on the same scale.`,
    ],
    source: PUBLISHED_TABLES[0]!.source,
  };
}

/** Whether all four figures of a system are printed. */
function isCitable(label: string): boolean {
  return (
    PUBLISHED_TABLES.filter(({ rows }) => rows.some((row) => row.label === label && row.kind !== 'retrieval')).length >
    1
  );
}

function paperRows(system: string): PublishedContext['rows'] {
  const inDomain = publishedTable('in-domain');
  const sets = [
    { name: 'MS MARCO dev', measure: 'RR@10', column: 'bm25/msmarco-dev' },
    { name: 'TREC DL 2019', measure: 'nDCG@10', column: 'bm25/dl19' },
    { name: 'TREC DL 2020', measure: 'nDCG@10', column: 'bm25/dl20' },
  ].map(({ name, measure, column }) => {
    const first = publishedValue(inDomain, 'Retrieval', column);
    return paperRow(system, name, measure, [first, publishedValue(inDomain, system, column)]);
  });
  const beir = PUBLISHED_TABLES.find(
    ({ key, rows }) => key !== 'in-domain' && rows.some(({ label }) => label === system),
  )!;
  const bm25 = publishedTable('beir-small')
    .rows.find(({ label }) => label === 'BM25')!
    .values.slice(0, -1);
  const mean = bm25.reduce((sum, value) => sum + value, 0) / bm25.length;
  return [...sets, paperRow(system, 'BEIR (13 sets)', 'nDCG@10', [mean, publishedValue(beir, system, 'average')])];
}

function paperRow(
  system: string,
  set: string,
  measure: string,
  [first, reranked]: [number, number],
): PublishedContext['rows'][number] {
  return { origin: 'paper', cells: [system, set, measure, ...percents(first / 100, reranked / 100)] };
}

/** BM25's row against the baseline's and those the experiment names, for every measure of which more is better. */
function ourRows(table: ResultTable, paper?: PaperReference): PublishedContext['rows'] {
  const bm25 = table.rows.find(isBm25);
  const keys = new Set([table.baseline, ...Object.keys(paper?.rows ?? {})]);
  return table.rows
    .filter(({ key }) => keys.has(key))
    .flatMap(({ label, cells }) =>
      table.columns.flatMap(({ key, label: measure, direction, summary }): PublishedContext['rows'] => {
        const first = bm25?.cells[key]?.value;
        const reranked = cells[key]?.value;
        // A count is no share, so it has no percent.
        if (direction !== 'higher' || summary === 'sum') return [];
        if (typeof first !== 'number' || typeof reranked !== 'number') return [];
        const set = /^out-of-domain /.test(key) ? 'ours, out of domain' : 'ours, in domain';
        const name = measure.replace(/ out of domain$/, '');
        return [{ origin: 'ours', cells: [label, set, name, ...percents(first, reranked)] }];
      }),
    );
}

/** First stage, reranked and gain, of values between 0 and 1. */
function percents(first: number, reranked: number): string[] {
  return [formatValue(100 * first, 1), formatValue(100 * reranked, 1), formatDifference(100 * (reranked - first), 1)];
}

function settingRows(config?: RunConfig): PublishedContext['setting'] {
  const finetune = config?.finetune;
  return [
    { what: 'Model', paper: '560M to 7B weights', ours: config ? config.model : 'tiny (a few million weights)' },
    {
      what: 'Test collection',
      paper: 'MS MARCO, TREC DL, BEIR',
      ours: config ? collectionName(config.data.collection) : collectionName('cwe'),
    },
    { what: 'Candidates', paper: 'BM25 top 1000', ours: `BM25 top ${config?.data.candidates ?? 20}` },
    {
      what: 'Stage two',
      paper: '1 positive and 47 negatives a query, one pass over MS MARCO',
      ours: finetune
        ? `1 positive and ${finetune.negatives} negatives, ${finetune.steps * finetune.batchSize} groups`
        : 'far fewer and smaller groups',
    },
  ];
}

function collectionName(collection: string): string {
  return collection === 'cwe' ? 'CWE entries for vulnerability descriptions' : collection;
}
