import { evaluationSets, type EvaluationSet, type RunConfig } from '@tsarank/config';
import { canonicalJson } from '@tsarank/io';

/** Tokens of a prompt with its document and of a query, on average, and the places that such a pair fills in a batch. */
export interface PairTokens {
  /** `Document: … Query:` with the document in it. */
  prompt: number;
  /** Stage one: with the end-of-text token. */
  query: number;
  /** Padding included. */
  places: number;
}

/** What scoring a test set goes over: pairs whose documents' prompts are shared, then texts for perplexity. */
export interface EvaluationTokens {
  /** Pairs scored. */
  pairs: number;
  /** Prompts computed for them: one for a document and all its queries, as long as they fit into a row. */
  stems: number;
  /** Tokens of a stem. */
  prompt: number;
  query: number;
  /** Pairs of a query and its relevant document. */
  positives: number;
  /** Plain texts, and the tokens of one. */
  texts: number;
  textTokens: number;
}

/** The sizes of a run's texts; what its number of steps or candidates says stays in its configuration. */
export interface RunTokens {
  pretrain: PairTokens;
  finetune: PairTokens;
  /** By the name of the test set. */
  evaluate: Record<string, EvaluationTokens>;
}

/** Tokens of `Document:  Query:` without a document, and one for the start of the text. */
const PROMPT_TOKENS = 8;
/** Queries of a split where a configuration takes all there are. */
const ASSUMED_QUERIES = 300;
/** What scoring a test set takes of either kind. */
export const PERPLEXITY_TEXTS = 100;

/**
 * The most that a configuration's limits allow: every text as long as it may be, no document shared by two queries, every
 * list scored. Real texts are shorter, and evaluation a good deal less; a probe counts them.
 */
export function mostTokens(config: RunConfig): RunTokens {
  const { text } = config;
  const prompt = text.maxDocumentTokens + PROMPT_TOKENS;
  const query = text.maxQueryTokens;
  return {
    pretrain: { prompt, query: query + 1, places: prompt + query },
    finetune: { prompt, query, places: prompt + query - 1 },
    evaluate: Object.fromEntries(evaluationSets(config).map((set) => [set.name, mostOfSet(set)])),
  };
}

function mostOfSet({ queries = ASSUMED_QUERIES, depth, domain, text }: EvaluationSet): EvaluationTokens {
  const pairs = queries * depth;
  return {
    pairs,
    stems: pairs,
    prompt: text.maxDocumentTokens + PROMPT_TOKENS,
    query: text.maxQueryTokens,
    positives: domain === 'in' ? Math.min(PERPLEXITY_TEXTS, queries) : 0,
    texts: domain === 'out' ? PERPLEXITY_TEXTS : 0,
    textTokens: domain === 'out' ? text.maxDocumentTokens : 0,
  };
}

/** Counted texts of one configuration. */
export interface CountedTokens {
  /** `tokensKey` of it. */
  key: string;
  most: RunTokens;
  counted: RunTokens;
}

/** What the sizes of a run's texts depend on; equal for configurations with equal texts. */
export function tokensKey({ data, text, evaluation, finetune }: RunConfig): string {
  return canonicalJson({ data, text, evaluation, groups: finetune?.groups });
}

/**
 * The sizes of a run's texts: as counted where its own were, else its limits scaled as the first counted ones turned out,
 * else the most there can be.
 */
export function tokensOf(config: RunConfig, counted: readonly CountedTokens[] = []): RunTokens {
  const most = mostTokens(config);
  const [first] = counted;
  if (!first) return most;
  const key = tokensKey(config);
  const own = counted.find((each) => each.key === key);
  if (own) return own.counted;
  const scaled = <T extends object>(bounds: T, from: T, to: T): T =>
    Object.fromEntries(
      Object.entries(bounds).map(([name, bound]) => {
        const [was, is] = [from, to].map((tokens) => (tokens as Record<string, number>)[name]!);
        return [name, was! > 0 ? ((bound as number) * is!) / was! : bound];
      }),
    ) as T;
  return {
    pretrain: scaled(most.pretrain, first.most.pretrain, first.counted.pretrain),
    finetune: scaled(most.finetune, first.most.finetune, first.counted.finetune),
    evaluate: Object.fromEntries(
      Object.entries(most.evaluate).map(([name, bounds]) => {
        const alike = first.most.evaluate[name] ? name : Object.keys(first.most.evaluate)[0]!;
        return [name, scaled(bounds, first.most.evaluate[alike]!, first.counted.evaluate[alike]!)];
      }),
    ),
  };
}
