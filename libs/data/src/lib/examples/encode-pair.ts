import { InputError } from '@tsarank/io';
import { truncateText } from '@tsarank/tokenizer';
import type { Tokenizer, TruncatedText } from '@tsarank/tokenizer';
import { formatPrompt } from './prompt';
import type { WeakPair } from '../readers/weak-pair';

export interface EncodePairOptions {
  /** The document is cut to this many tokens and decoded again. */
  maxDocumentTokens?: number;
  /** The query is cut likewise. */
  maxQueryTokens?: number;
  /** Append the tokenizer's end-of-text token, as stage one does. Default false. */
  eos?: boolean;
  /** Read `</s>` and its like inside document and query as the special tokens, as published. Default false: they are text. */
  specialTokensInText?: boolean;
}

/** The token ids of a prompt with its query, and how many of them the prompt alone has. */
export interface EncodedPair {
  ids: number[];
  promptLength: number;
}

/** Token limit of the published evaluation, and the tokens it keeps in reserve. */
const EVALUATION_TOKENS = 512;
const EVALUATION_RESERVE = 10;
/** The template whose tokens the published evaluation counts, with its own name for the place of the document. */
const EVALUATION_TEMPLATE = 'Document: {doc} Query:';

/**
 * `Document: {document} Query:{query}` as token ids, tokenized as one string; the query's tokens are those after the
 * tokens of the prompt alone. Texts are cut by tokens and decoded again, which is not always the identity.
 *
 * With one limit given, the other text is not cut. With neither, the published evaluation rule holds: the query is
 * kept whole and the document is cut to 512 - promptLength - queryLength - 10 tokens (0 at least), where promptLength
 * counts the literal template `Document: {doc} Query:` and both counts include special tokens.
 *
 * Special tokens inside document and query are text (`specialTokensInText` takes them as published); the template's own and the
 * appended end of text stay special.
 *
 * @throws {InputError} when no token is left for the query, or `eos` is asked of a tokenizer that has none.
 * @throws {RangeError} when a limit is not a whole number of 1 or more.
 *
 * Source: RankingGPT `sft.py`, `eval.py`; the order of cutting is that of the reference in PyTorch.
 */
export function encodePair(tokenizer: Tokenizer, pair: WeakPair, options: EncodePairOptions = {}): EncodedPair {
  return pairEncoder(tokenizer, options)(pair);
}

/**
 * `encodePair` for many pairs: a document's prompt and a query's cut text are made once, however many pairs they are
 * in. It keeps them for as long as the returned function is kept.
 *
 * @throws As encodePair, a wrong limit at once.
 */
export function pairEncoder(
  tokenizer: Tokenizer,
  { maxDocumentTokens, maxQueryTokens, eos = false, specialTokensInText = false }: EncodePairOptions = {},
): (pair: WeakPair) => EncodedPair {
  requireLimit('maxDocumentTokens', maxDocumentTokens);
  requireLimit('maxQueryTokens', maxQueryTokens);
  const published = maxDocumentTokens === undefined && maxQueryTokens === undefined;
  const encode = (text: string, unknownInText = false, ending = ''): number[] =>
    tokenizer.encode(text, { addSpecialTokens: true, specialTokensInText, unknownInText, ending });
  const cut = (text: string, limit: number | undefined): TruncatedText =>
    limit === undefined ? { text, holdsUnknown: false } : truncateText(tokenizer, text, limit, { specialTokensInText });
  const promptOf = remembered((limit: number | undefined, document: string): Prompt => {
    const { text, holdsUnknown } = cut(document, limit);
    const prompt = formatPrompt(text);
    return { text: prompt, holdsUnknown, length: encode(prompt, holdsUnknown).length };
  });
  const queryOf = remembered((limit: number | undefined, query: string) => cut(query, limit));
  const ending = eos ? endOfText(tokenizer) : '';
  return ({ query, document }) => {
    const prompt = promptOf(published ? evaluationLimit(encode, query) : maxDocumentTokens, document);
    const asked = queryOf(maxQueryTokens, query);
    const ids = encode(prompt.text + asked.text, prompt.holdsUnknown || asked.holdsUnknown, ending);
    if (ids.length > prompt.length) return { ids, promptLength: prompt.length };
    throw new InputError({
      field: 'query',
      found: `${JSON.stringify(query)}, which has no token of its own`,
      expected: 'text',
    });
  };
}

interface Prompt extends TruncatedText {
  /** Its tokens, special ones included. */
  length: number;
}

/** A function of a limit and a text that computes each value once. */
function remembered<T>(compute: (limit: number | undefined, text: string) => T): typeof compute {
  const byLimit = new Map<number | undefined, Map<string, T>>();
  return (limit, text) => {
    const known = byLimit.get(limit) ?? new Map<string, T>();
    byLimit.set(limit, known);
    if (!known.has(text)) known.set(text, compute(limit, text));
    return known.get(text)!;
  };
}

function evaluationLimit(encode: (text: string) => number[], query: string): number {
  return Math.max(
    0,
    EVALUATION_TOKENS - encode(EVALUATION_TEMPLATE).length - encode(query).length - EVALUATION_RESERVE,
  );
}

function endOfText(tokenizer: Tokenizer): string {
  if (tokenizer.eosToken === undefined) {
    throw new InputError({ field: 'eos_token', found: 'nothing', expected: 'a tokenizer with an end-of-text token' });
  }
  return tokenizer.eosToken;
}

function requireLimit(name: string, limit: number | undefined): void {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
    throw new RangeError(`${name} must be a whole number of 1 or more, got ${limit}`);
  }
}
