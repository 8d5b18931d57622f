/** A test set of the paper's tables. */
export interface PublishedSet {
  label: string;
  /** The split that the paper measures on. */
  split: 'dev' | 'test';
  /** Judged queries of that split. Sources: TREC DL 2019 and 2020, MS MARCO's small dev set, BEIR (Thakur et al. 2021). */
  queries: number;
  /** What `tsarank fetch` and a spec call the collection. */
  dataset: string;
  /** Other names it goes by, letters and digits only; its key is one without being listed. */
  names?: readonly string[];
}

const beir = (dataset: string, label: string, queries: number, ...names: readonly string[]): PublishedSet => ({
  label,
  split: 'test',
  queries,
  dataset: `dataset:beir/${dataset}`,
  names,
});

const SETS = {
  'msmarco-dev': {
    label: 'MS MARCO dev',
    split: 'dev',
    queries: 6980,
    dataset: 'dataset:msmarco-dev',
    names: ['msmarcodevsmall', 'msmarcopassagedev', 'msmarcopassagedevsmall', 'msmarcopassagedevsubset'],
  },
  dl19: {
    label: 'DL19',
    split: 'test',
    queries: 43,
    dataset: 'dataset:trec-dl-2019',
    names: ['dl2019', 'trecdl19', 'trecdl2019'],
  },
  dl20: {
    label: 'DL20',
    split: 'test',
    queries: 54,
    dataset: 'dataset:trec-dl-2020',
    names: ['dl2020', 'trecdl20', 'trecdl2020'],
  },
  arguana: beir('arguana', 'ArguAna', 1406),
  'climate-fever': beir('climate-fever', 'Climate-FEVER', 1535),
  dbpedia: beir('dbpedia-entity', 'DBPedia', 400, 'dbpediaentity'),
  fever: beir('fever', 'FEVER', 6666),
  fiqa: beir('fiqa', 'FiQA', 648, 'fiqa2018'),
  hotpotqa: beir('hotpotqa', 'HotpotQA', 7405),
  nfcorpus: beir('nfcorpus', 'NFCorpus', 323),
  nq: beir('nq', 'NQ', 3452, 'naturalquestions'),
  quora: beir('quora', 'Quora', 10_000),
  scidocs: beir('scidocs', 'SCIDOCS', 1000),
  scifact: beir('scifact', 'SciFact', 300),
  'trec-covid': beir('trec-covid', 'TREC-COVID', 50),
  'touche-2020': beir('webis-touche2020', 'Touché-2020', 49, 'touche', 'webistouche2020', 'webistouche2020v2'),
} as const satisfies Record<string, PublishedSet>;

export type PublishedSetKey = keyof typeof SETS;

/** The test sets of the paper's tables, by key. */
export const PUBLISHED_SETS: Readonly<Record<PublishedSetKey, PublishedSet>> = SETS;

/** Names of MS MARCO's passages that leave the split to be said. */
const MSMARCO = new Set(['msmarco', 'msmarcopassage']);

/**
 * Which of the paper's test sets a name stands for, in any of the usual spellings: `NFCorpus`, `dataset:beir/nfcorpus`,
 * `/data/beir/nfcorpus`, `trec-dl-2019`, `msmarco-passage/trec-dl-2019/judged`. A part of a set is another set:
 * NanoBEIR's have no place in the paper's tables.
 *
 * @param split Where the name does not say it: `msmarco` is MS MARCO dev with the split dev alone.
 *
 * @example
 * publishedSetOf('Touché-2020'); // 'touche-2020'
 */
export function publishedSetOf(name: string, split?: string): PublishedSetKey | undefined {
  const segments = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^dataset:/, '')
    .split(/[/\\]+/)
    .filter((segment) => segment !== '');
  if (segments.some((segment) => segment.includes('nano'))) return undefined;
  for (let from = segments.length - 1; from >= 0; from--) {
    const found = setByName(segments.slice(from).join('-'), split);
    if (found !== undefined) return found;
  }
  return undefined;
}

function setByName(name: string, split: string | undefined): PublishedSetKey | undefined {
  const core = name
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^beir-(v1-0-0-)?/, '')
    .replace(/^msmarco-v1-passage/, 'msmarco-passage')
    .replace(/^msmarco-passage-(?=(trec-)?dl)/, '')
    .replace(/(-(test|judged|passage|flat))+$/, '');
  const letters = core.replaceAll('-', '');
  const key = BY_NAME.get(letters) ?? (MSMARCO.has(letters) && split === 'dev' ? 'msmarco-dev' : undefined);
  return key !== undefined && (split === undefined || splitFits(key, split)) ? key : undefined;
}

/** Readers of MS MARCO and TREC DL may call their one part test, too. */
function splitFits(key: PublishedSetKey, split: string): boolean {
  return split === PUBLISHED_SETS[key].split || (key === 'msmarco-dev' && split === 'test');
}

const BY_NAME: ReadonlyMap<string, PublishedSetKey> = new Map(
  (Object.entries(PUBLISHED_SETS) as [PublishedSetKey, PublishedSet][]).flatMap(([key, { names = [] }]) =>
    [key.replaceAll('-', ''), ...names].map((name) => [name, key] as const),
  ),
);
