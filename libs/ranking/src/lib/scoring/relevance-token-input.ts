import type { WeakPair } from '@tsarank/data';
import { InputError } from '@tsarank/io';
import type { Tokenizer } from '@tsarank/tokenizer';
import type { TextLimits } from './score-pairs';

/** What query and document stand between. */
const PARTS = ['Query:', 'Document:', 'Relevant:'] as const;
/** The longest input that MonoT5 is given, in tokens. */
const MAX_TOKENS = 512;

/**
 * Pairs to the token ids that a yes-or-no reranker reads: `Query: {query} Document: {document} Relevant:` and `</s>`.
 *
 * With limits, query and document are cut to so many tokens, and with one limit given the other text is not cut. With neither, the
 * query is kept whole and the document is cut so that all fits into 512 tokens, `</s>` included. PyGaggle cuts the whole at its
 * end, so that a long document takes `Relevant:` away; up to 512 tokens both give the same.
 *
 * Query and document are tokenized apart, which gives the tokens of the whole: the tokenizers of T5 and its kin split at spaces
 * first. Special tokens in them (`</s>`, `<extra_id_0>`) are text like any other. Keeps the ids of every query for as long as it
 * is kept itself.
 *
 * @throws {InputError} when the tokenizer doesn't split so, or has no `</s>`.
 * @throws {RangeError} when a limit is not a whole number of 1 or more.
 *
 * Source: Nogueira et al. 2020 (Findings of EMNLP, "Document Ranking with a Pretrained Sequence-to-Sequence Model");
 * castorini/pygaggle `model/tokenize.py` (`T5BatchTokenizer`).
 */
export function relevanceTokenInput(
  tokenizer: Tokenizer,
  { maxDocumentTokens, maxQueryTokens }: TextLimits = {},
): (pair: WeakPair) => number[] {
  for (const [name, limit] of Object.entries({ maxDocumentTokens, maxQueryTokens })) {
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
      throw new RangeError(`${name} must be a whole number of 1 or more, got ${limit}`);
  }
  const encode = (text: string): number[] =>
    tokenizer.encode(text, { addSpecialTokens: false, specialTokensInText: false });
  const [query, document] = PARTS.map((part) => encode(part).length) as [number, number, number];
  if (String(PARTS.flatMap(encode)) !== String(encode(PARTS.join(' ')))) {
    throw new InputError({
      message: "the tokenizer doesn't split a text at its spaces",
      expected: 'one of T5 or its kin',
    });
  }
  const end = tokenizer.eosTokenId;
  if (end === undefined)
    throw new InputError({
      field: 'eos_token',
      found: 'nothing',
      expected: 'a tokenizer with a token that ends texts',
    });
  const isLimited = maxDocumentTokens !== undefined || maxQueryTokens !== undefined;
  // Before a text stands its word, so that its first token is what it is in the whole.
  const ofQuery = (text: string) => encode(`${PARTS[0]} ${text}`).slice(0, query + (maxQueryTokens ?? Infinity));
  const ofDocument = (text: string, limit: number) => encode(`${PARTS[1]} ${text}`).slice(0, document + limit);
  const ending = [...encode(PARTS[2]), end];
  const queries = new Map<string, number[]>();
  return (pair) => {
    const queryIds = queries.get(pair.query) ?? ofQuery(pair.query);
    queries.set(pair.query, queryIds);
    const room = isLimited ? Infinity : Math.max(0, MAX_TOKENS - queryIds.length - document - ending.length);
    return [...queryIds, ...ofDocument(pair.document, maxDocumentTokens ?? room), ...ending];
  };
}
