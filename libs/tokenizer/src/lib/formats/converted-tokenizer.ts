/** A tokenizer brought into the form of `tokenizer.json`, and its configuration with the class's defaults filled in. */
export interface ConvertedTokenizer {
  definition: Record<string, unknown>;
  config: Record<string, unknown>;
}

/** What a converter is told beside the vocabulary. */
export interface ConvertOptions {
  /** The class that the reference would make, e.g. `LlamaTokenizer`. */
  tokenizerClass: string;
  /** `tokenizer_config.json` over `special_tokens_map.json`. */
  config: Record<string, unknown>;
  /** `added_tokens.json`, which older folders have. */
  legacyTokens?: Record<string, unknown>;
}

/** A definition with the parts that every `tokenizer.json` has. */
export function definitionOf(parts: Record<string, unknown>): Record<string, unknown> {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    ...parts,
  };
}
