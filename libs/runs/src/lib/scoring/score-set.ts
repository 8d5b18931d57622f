import type { PlannedSet } from '@tsarank/ablation';
import type { CausalLm } from '@tsarank/model';
import { perplexity, queryPerplexity, scorePairs } from '@tsarank/ranking';
import type { Tokenizer } from '@tsarank/tokenizer';
import { appendPairScores, keepWhole, readPairScores, type PairScores } from './pair-scores';
import type { RankedList } from './ranking-file';
import { listsWithRelevant } from '../inputs/run-data';
import { pairHash, type PreparedSet } from './test-set';

export interface ScoreSetOptions {
  model: CausalLm;
  tokenizer: Tokenizer;
  set: PlannedSet;
  prepared: PreparedSet;
  /** Grows chunk by chunk; a run started again goes on behind its last whole chunk. */
  file: string;
  /** Files of pairs that earlier runs of the same weights and text settings have scored. */
  earlier: readonly string[];
  /** Pairs that are scored, and written, together; default: by the size of the model. */
  chunkPairs?: number;
  /** Of the test set's pairs and of the texts of perplexity. */
  onProgress: (done: number, total: number) => void;
}

export interface ScoredSet {
  lists: RankedList[];
  /** Pairs in all lists, and different ones that were not scored anew. */
  pairs: number;
  reused: number;
  perplexity: { positives: number | null; heldOut: number | null };
}

/**
 * Pairs that are scored, and written, together: what a kill can cost. Some ten seconds' work for a model of any size, for a
 * chunk's last batch is not full: 1,024 pairs up to 20 M weights, 128 for 135 M, 16 from 1.2 B on.
 */
export function chunkSize(weights: number): number {
  return Math.min(1024, Math.max(16, 2 ** Math.round(Math.log2(2e10 / weights))));
}

interface Pair {
  hash: string;
  query: string;
  document: string;
  docId: string;
}

/**
 * One model's scores over a test set. Pairs that are the same are scored once, and those that the same weights have
 * scored before not at all. The others are cut into chunks that depend on the set alone, so that a run that was killed
 * ends with the same bytes as one that was not.
 */
export async function scoreSet(options: ScoreSetOptions): Promise<ScoredSet> {
  const { model, tokenizer, set, prepared, file, earlier, onProgress } = options;
  const { chunkPairs = chunkSize(weightsOf(model)) } = options;
  const { candidates, queries, documents, positives, plainTexts } = prepared;
  const open = set.score === 'relevant' ? listsWithRelevant(prepared) : candidates;
  const pairsOf = new Map(
    [...open].map(([queryId, list]) => {
      const query = queries.get(queryId)!;
      const pairs = list.map(({ docId }): Pair => {
        const document = documents.get(docId)!;
        return { hash: pairHash(query, document), query, document, docId };
      });
      return [queryId, pairs] as const;
    }),
  );
  const chunks = chunksOf([...pairsOf.values()].flat(), chunkPairs);
  const known: PairScores = new Map(earlier.flatMap((each) => [...readPairScores(each)]));
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const texts = (set.domain === 'in' ? positives : plainTexts).length;
  const scores = resume(file, chunks, known);
  let done = 0;
  let reused = 0;
  onProgress(done, total + texts);
  for (const chunk of chunks) {
    reused += chunk.filter(({ hash }) => known.has(hash)).length;
    const missing = chunk.filter(({ hash }) => !scores.has(hash));
    if (missing.length > 0) {
      const found = await scorePairs({
        ...{ model, tokenizer, limits: set.text },
        pairs: missing,
        onProgress: (scored) => onProgress(done + scored, total + texts),
      });
      appendPairScores(
        file,
        missing.map(({ hash }) => hash),
        found,
      );
      missing.forEach(({ hash }, at) => scores.set(hash, found[at]!));
    }
    done += chunk.length;
    onProgress(done, total + texts);
  }
  const shared = { model, tokenizer, onProgress: (scored: number) => onProgress(total + scored, total + texts) };
  const { maxDocumentTokens: maxTokens, specialTokensInText } = set.text;
  return {
    lists: [...candidates].map(([queryId, list]) => rankedList(queryId, list, pairsOf.get(queryId), scores)),
    pairs: [...candidates.values()].reduce((sum, list) => sum + list.length, 0),
    reused,
    perplexity: {
      positives:
        set.domain === 'in' && positives.length > 0
          ? await queryPerplexity({ ...shared, pairs: positives, limits: set.text })
          : null,
      heldOut:
        set.domain === 'out' && plainTexts.length > 0
          ? await perplexity({ ...shared, texts: plainTexts, maxTokens, specialTokensInText })
          : null,
    },
  };
}

/**
 * Scores that stand: of the pairs known before, and of the whole chunks that an earlier attempt wrote.
 */
function resume(file: string, chunks: readonly Pair[][], known: PairScores): PairScores {
  const written = readPairScores(file);
  const scores: PairScores = new Map();
  let whole = 0;
  for (const chunk of chunks) {
    const fresh = chunk.filter(({ hash }) => !known.has(hash));
    if (!fresh.every(({ hash }) => written.has(hash))) break;
    whole += fresh.length;
    fresh.forEach(({ hash }) => scores.set(hash, written.get(hash)!));
  }
  keepWhole(file, whole);
  known.forEach((score, hash) => scores.set(hash, score));
  return scores;
}

/**
 * Different pairs, those of one document together (its prompt is computed once), documents by length (rows of a batch
 * are alike), in chunks.
 */
function chunksOf(pairs: readonly Pair[], size: number): Pair[][] {
  const byDocument = new Map<string, Map<string, Pair>>();
  for (const pair of pairs) {
    const group = byDocument.get(pair.document) ?? new Map<string, Pair>();
    byDocument.set(pair.document, group.set(pair.hash, pair));
  }
  const documents = [...byDocument].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
  const chunks: Pair[][] = [];
  const chunk: Pair[] = [];
  for (const [, group] of documents) {
    for (const pair of group.values()) {
      chunk.push(pair);
      if (chunk.length === size) chunks.push(chunk.splice(0));
    }
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}

function rankedList(
  query: string,
  candidates: readonly { docId: string; score: number }[],
  pairs: readonly Pair[] | undefined,
  scores: PairScores,
): RankedList {
  if (!pairs) {
    const [documents, first] = [candidates.map(({ docId }) => docId), candidates.map(({ score }) => score)];
    return { query, documents, scores: first, scored: false };
  }
  // A stable sort: candidates of equal scores keep the order they came in.
  const ranked = pairs
    .map(({ docId, hash }) => ({ docId, score: scores.get(hash)! }))
    .sort((a, b) => b.score - a.score);
  return { query, documents: ranked.map(({ docId }) => docId), scores: ranked.map(({ score }) => score) };
}

const weightsOf = ({ weights }: CausalLm): number => [...weights.values()].reduce((sum, { size }) => sum + size, 0);
