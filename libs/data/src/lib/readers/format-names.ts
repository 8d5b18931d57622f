// Names of formats: what options and the `format` arguments of readers take. Imports nothing, so that commands list them at once.

export const CORPUS_FORMATS = ['beir', 'pyserini', 'tevatron', 'tsv'] as const;
export type CorpusFormat = (typeof CORPUS_FORMATS)[number];

export const QUERIES_FORMATS = ['beir', 'tevatron', 'tsv', 'trec', 'trec-xml'] as const;
export type QueriesFormat = (typeof QUERIES_FORMATS)[number];

/** TREC's columns, split at white space; BEIR's three, or MS MARCO's four of the same meaning as TREC's, split at tabs. */
export const QRELS_FORMATS = ['trec', 'beir', 'msmarco'] as const;
export type QrelsFormat = (typeof QRELS_FORMATS)[number];

/** How the columns of a TREC run are told apart: at ASCII white space, as TREC has it, or at tabs alone. */
export const RUN_FORMATS = ['trec', 'tsv'] as const;
export type RunFormat = (typeof RUN_FORMATS)[number];

export const CANDIDATES_FORMATS = [...RUN_FORMATS, 'msmarco', 'scores', 'top1000', 'rank_llm', 'rankinggpt'] as const;
export type CandidatesFormat = (typeof CANDIDATES_FORMATS)[number];

export const GROUP_RECORDS_FORMATS = [
  'documents',
  'passages',
  'tevatron-ids',
  'flagembedding',
  'sentence-transformers',
  'openmatch',
] as const;
export type GroupRecordsFormat = (typeof GROUP_RECORDS_FORMATS)[number];

export const TRIPLES_FORMATS = ['triples-ids', 'triples-text'] as const;
export type TriplesFormat = (typeof TRIPLES_FORMATS)[number];

export const GROUPS_FORMATS = [...GROUP_RECORDS_FORMATS, ...TRIPLES_FORMATS] as const;
export type GroupsFormat = (typeof GROUPS_FORMATS)[number];
