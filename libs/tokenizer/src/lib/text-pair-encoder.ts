import { InputError } from '@tsarank/io';
import { pairOfEnds } from './rules/pair-template';
import type { Tokenizer } from './tokenizer';

/** Two texts as one input. */
export interface TextPair {
  ids: number[];
  /** Token type of each: which of the texts it belongs to, where the template makes a difference. */
  types: number[];
}

export interface TextPairLimits {
  /** Most tokens in all, the template's own included; only the second text is cut to it (transformers' `only_second`). */
  maxTokens?: number;
  /** Most tokens of each text. */
  maxFirstTokens?: number;
  maxSecondTokens?: number;
}

/**
 * Joins pairs of texts by the tokenizer's own template: `[CLS] A [SEP] B [SEP]`, `<s> A </s></s> B </s>`, `<s> A <s> B`. Special
 * tokens inside the texts are text. Tokens are cut off as ids: nothing is tokenized again. It keeps the ids of every text for as
 * long as the returned function is kept.
 *
 * @returns Ids and token types, as transformers' `tokenizer(first, second, truncation='only_second', max_length=…)` has them. That
 * function throws an {InputError} when the first text leaves no room for the second.
 * @throws {RangeError} when a limit is not a whole number of 1 or more.
 */
export function textPairEncoder(
  tokenizer: Tokenizer,
  limits: TextPairLimits = {},
): (first: string, second: string) => TextPair {
  for (const [name, limit] of Object.entries(limits)) {
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
      throw new RangeError(`${name} must be a whole number of 1 or more, got ${limit}`);
  }
  const { maxTokens = Infinity } = limits;
  const firstIds = remembered(tokenizer, limits.maxFirstTokens);
  const secondIds = remembered(tokenizer, limits.maxSecondTokens);
  const template = tokenizer.pairTemplate ?? pairOfEnds({ start: [], end: [] });
  const own = template.filter((part) => 'id' in part).length;
  return (first, second) => {
    const texts = { first: firstIds(first), second: secondIds(second) };
    const room = maxTokens - own - texts.first.length;
    if (texts.second.length > room) {
      if (room < 1) throw tooLong(first, texts.first.length, maxTokens);
      texts.second = texts.second.slice(0, room);
    }
    const pair: TextPair = { ids: [], types: [] };
    for (const part of template) {
      for (const id of 'id' in part ? [part.id] : texts[part.text]) {
        pair.ids.push(id);
        pair.types.push(part.type);
      }
    }
    return pair;
  };
}

function tooLong(text: string, tokens: number, maxTokens: number): InputError {
  const start = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new InputError({
    field: 'query',
    found: `${JSON.stringify(start)}, ${tokens} tokens, which leave no room for a document in ${maxTokens}`,
    expected: 'a shorter one, or a limit of query tokens to cut it to',
  });
}

function remembered(tokenizer: Tokenizer, limit: number | undefined): (text: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (text) => {
    let ids = known.get(text);
    if (!ids) {
      const all = tokenizer.encode(text, { addSpecialTokens: false, specialTokensInText: false });
      known.set(text, (ids = limit === undefined ? all : all.slice(0, limit)));
    }
    return ids;
  };
}
