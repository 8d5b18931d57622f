/** What a byte-level byte-pair model is made of. */
export interface BytePairParts {
  /** Token to id; checked with the whole definition. */
  vocab: Readonly<Record<string, unknown>>;
  merges: readonly unknown[];
  /** Whether a word that is a token is that token, whatever the merges make of it. Default false. */
  ignoreMerges?: boolean;
  /** Marks of word parts, which byte-level models do without: the reference writes null, or '' for some classes. Default null. */
  affix?: null | '';
}

/** The `model` of a `tokenizer.json` whose tokens are bytes: none is unknown, none needs a fallback. */
export function bytePairModel({
  vocab,
  merges,
  ignoreMerges = false,
  affix = null,
}: BytePairParts): Record<string, unknown> {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: affix,
    end_of_word_suffix: affix,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: ignoreMerges,
    vocab,
    merges,
  };
}
