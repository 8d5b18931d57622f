import type { Tokenizer as Engine } from '@huggingface/tokenizers';
import type { AddedToken } from '../settings/added-tokens';
import type { EncodeOptions } from '../encode-options';

/** As far as it is used here. */
interface EngineParts {
  model: { unk_token_id?: number };
  post_processor: {
    post_process(tokens: string[], pair: null, addSpecialTokens: boolean): { tokens: string[] };
  } | null;
  /** Under their own text and, where they are looked for in normalised text, under that. */
  added_tokens_map: ReadonlyMap<string, { id: number }>;
}

export interface PlainText {
  /** Ids (undefined for what has none) of a text in which special tokens are text, of `ending` behind it where it isn't empty, and of the template's tokens. */
  encode(
    text: string,
    options: Required<Pick<EncodeOptions, 'addSpecialTokens' | 'ending' | 'unknownInText'>>,
  ): (number | undefined)[];
  /** The special token that stands for what the vocabulary lacks. */
  readonly unknownId?: number;
}

/**
 * Encoding of texts whose special tokens are text.
 *
 * A text is tokenized as ever; only where more special tokens come out than the template's is it done again, without them. So texts that hold none
 * have the same ids at the same price, and a string that becomes one on the way (`＜/s＞` by NFKC) is found, too.
 *
 * Source: transformers 4.57 `split_special_tokens`. Its Unigram tokenizers still find `</s>` as a piece of their vocabulary; here
 * no text gives a special token, but the unknown one for what the vocabulary lacks.
 *
 * @param makeEngine Makes the tokenizer without special tokens but the given one, when it is first needed.
 */
export function plainText(
  engine: Engine,
  definition: Record<string, unknown>,
  makeEngine: (kept?: string) => Engine,
): PlainText {
  const parts = engine as unknown as EngineParts;
  const idOf = (token: string) =>
    parts.added_tokens_map.get(token)?.id ?? engine.token_to_id(token) ?? parts.model.unk_token_id;
  const added = (definition['added_tokens'] ?? []) as AddedToken[];
  const special = new Map(added.filter((token) => token.special).map(({ content, id }) => [content, id]));
  const unknown = unknownToken(definition);
  const unknownId = unknown === undefined ? undefined : special.get(unknown);
  const counted = new Set([...special.values()].filter((id) => id !== unknownId));
  const countIn = (ids: readonly (number | undefined)[]): number => {
    let count = 0;
    for (const id of ids) if (counted.has(id!)) count++;
    return count;
  };
  const ofTemplate = countIn(engine.encode('').ids);
  const engines = new Map<string | undefined, Engine>();
  const again = (text: string, ending: string, template: boolean, kept?: string) => {
    const plainEngine = engines.get(kept) ?? makeEngine(kept);
    engines.set(kept, plainEngine);
    const tokens = [...plainEngine.tokenize(text), ...(ending === '' ? [] : [ending])];
    const post = parts.post_processor;
    return (post ? post.post_process(tokens, null, template).tokens : tokens).map(idOf);
  };
  return {
    unknownId,
    encode(text, { ending, addSpecialTokens: template, unknownInText }) {
      const ids: (number | undefined)[] = engine.encode(text + ending, { add_special_tokens: template }).ids;
      const own = (template ? ofTemplate : 0) + (counted.has(special.get(ending)!) ? 1 : 0);
      const holds =
        countIn(ids) > own ||
        (!unknownInText && unknownId !== undefined && ids.includes(unknownId) && mayHold(text, unknown!));
      return holds ? again(text, ending, template, unknownInText ? unknown : undefined) : ids;
    },
  };
}

/** Whether the unknown token may stand in a text itself, as it is or in characters that are normalised to its. */
function mayHold(text: string, token: string): boolean {
  const folded = (value: string) => value.normalize('NFKC').toLowerCase();
  return text.includes(token) || folded(text).includes(folded(token));
}

function unknownToken(definition: Record<string, unknown>): string | undefined {
  const {
    unk_token: named,
    unk_id: at,
    vocab,
  } = definition['model'] as { unk_token?: unknown; unk_id?: unknown; vocab?: unknown };
  if (typeof named === 'string') return named;
  const piece =
    Array.isArray(vocab) && typeof at === 'number' ? (vocab[at] as [string, number] | undefined) : undefined;
  return piece?.[0];
}
