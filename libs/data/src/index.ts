export { collate } from './lib/examples/collate';
export type { CollatedPairs } from './lib/examples/collate';
export { hashedCollection, readCollection, SPLITS } from './lib/readers/beir-folder';
export type { Collection, HashedCollection, Split } from './lib/readers/beir-folder';
export type { HashedArray } from './lib/content-hash';
export { readCollectionEvaluation, withoutOwnDocuments } from './lib/readers/dataset-file';
export type { CollectionEvaluation } from './lib/readers/dataset-file';
export { useDatasetFolders } from './lib/dataset-folders';
export { readCandidates } from './lib/readers/candidates/read-candidates';
export type { Candidates } from './lib/readers/candidates/candidate-list';
export { corpusDocuments, readCorpus, readCorpusDocuments } from './lib/readers/corpus';
export type { PlacedDocument, ReadCorpusOptions } from './lib/readers/corpus';
export { documentText } from './lib/document';
export type { Document } from './lib/document';
export { baseTexts } from './lib/embedded/base-texts';
export type { BaseText } from './lib/embedded/base-texts';
export { cweCollection } from './lib/embedded/cwe-collection';
export { datasetHash, datasetHashes } from './lib/embedded/dataset-hashes';
export type { EmbeddedName } from './lib/embedded/dataset-hashes';
export { factbookCollection } from './lib/embedded/factbook-collection';
export { weakPairs } from './lib/embedded/weak-pairs';
export type {
  CandidatesFormat,
  CorpusFormat,
  GroupsFormat,
  QrelsFormat,
  QueriesFormat,
  RunFormat,
} from './lib/readers/format-names';
export { encodePair, pairEncoder } from './lib/examples/encode-pair';
export type { EncodedPair, EncodePairOptions } from './lib/examples/encode-pair';
export { groupsFromCollection } from './lib/examples/groups-from-collection';
export { formatPrompt, PROMPT } from './lib/examples/prompt';
export { readQrels } from './lib/readers/qrels';
export type { Qrels } from './lib/readers/qrels';
export { readQueries } from './lib/readers/queries';
export type { ReadQueriesOptions } from './lib/readers/queries';
export type { RankingGroup } from './lib/readers/groups/ranking-group';
export { hashGroups, rankingGroups, readGroups } from './lib/readers/groups/read-groups';
export type { ReadGroup, ReadGroupsOptions } from './lib/readers/groups/read-groups';
export { readPrompts } from './lib/readers/prompts-file';
export type { PlacedPrompt, PromptRecord } from './lib/readers/prompts-file';
export { resolveCollection } from './lib/resolve-collection';
export { sampleGroup } from './lib/examples/sample-group';
export type { SampleGroupOptions } from './lib/examples/sample-group';
export { splitQueries } from './lib/split/split-queries';
export type { SplitQueries, SplitQueriesOptions } from './lib/split/split-queries';
export { formatTrecRun, readTrecRun } from './lib/readers/trec-run';
export type { ScoredDocument, TrecRun } from './lib/readers/trec-run';
export { hashPairs, placedPairs, readPlacedPairs, readWeakPairs } from './lib/readers/weak-pair';
export type { PlacedPair, WeakPair, WeakPairRecord } from './lib/readers/weak-pair';
