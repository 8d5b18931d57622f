import { textOf, type AddedToken } from './added-tokens';

type Json = Record<string, unknown>;

/** What a Hugging Face folder says of a tokenizer beside `tokenizer.json`. */
export interface FolderSettings {
  /** `tokenizer_config.json`; absent without one. */
  config?: Json;
  /** `special_tokens_map.json`. */
  specialTokensMap?: Json;
  /** `added_tokens.json`: content -> id. */
  addedTokens?: Json;
  /** `config.json`, whose `tokenizer_class` or `model_type` names the class where the tokenizer's files don't. */
  model?: Json;
}

/** How a class of transformers starts. */
interface TokenizerClass {
  /** Special tokens where the configuration names none. */
  tokens: Json;
  /** Further special tokens where the configuration has no such list. */
  additional?: readonly string[];
  /** Puts BOS and EOS around a text by `add_bos_token` and `add_eos_token`, whatever the file says. */
  template?: { bos: boolean };
  /** Sets lower case, accents and ideographs of the file's BertNormalizer. */
  isBert?: true;
  /** Takes `add_prefix_space` for a reason to convert the SentencePiece model anew. */
  convertsForPrefix?: true;
  /** Sets `add_prefix_space: true` in nested rules too. */
  setsNestedPrefix?: true;
}

/** A special token as a class makes it of a text. */
const asToken = (content: string, flags: Partial<AddedToken> = {}): Json => ({
  content,
  lstrip: false,
  rstrip: false,
  single_word: false,
  normalized: true,
  special: false,
  ...flags,
});

const END = '<|endoftext|>';
const bert: TokenizerClass = {
  tokens: { unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' },
  isBert: true,
};
const roberta = (mask: Json): TokenizerClass => ({
  tokens: {
    bos_token: '<s>',
    eos_token: '</s>',
    sep_token: '</s>',
    cls_token: '<s>',
    unk_token: '<unk>',
    pad_token: '<pad>',
    mask_token: mask,
  },
});
const gpt2: TokenizerClass = { tokens: { unk_token: END, bos_token: END, eos_token: END } };
const llama: TokenizerClass = {
  tokens: { unk_token: '<unk>', bos_token: '<s>', eos_token: '</s>' },
  template: { bos: true },
  convertsForPrefix: true,
};
const generic: TokenizerClass = { tokens: {} };

/** Source: transformers 4.57, `__init__` of each `tokenization_*_fast.py`. */
const CLASSES: Readonly<Record<string, TokenizerClass>> = {
  BertTokenizer: bert,
  ElectraTokenizer: bert,
  DistilBertTokenizer: bert,
  RobertaTokenizer: roberta(asToken('<mask>', { lstrip: true, normalized: false })),
  XLMRobertaTokenizer: roberta(asToken('<mask>', { lstrip: true })),
  CamembertTokenizer: {
    ...roberta(asToken('<mask>', { lstrip: true, normalized: false, special: true })),
    additional: ['<s>NOTUSED', '</s>NOTUSED', '<unk>NOTUSED'],
  },
  GPT2Tokenizer: gpt2,
  GPTNeoXTokenizer: { ...gpt2, template: { bos: false } },
  BloomTokenizer: {
    tokens: { unk_token: '<unk>', bos_token: '<s>', eos_token: '</s>', pad_token: '<pad>' },
    setsNestedPrefix: true,
  },
  LlamaTokenizer: llama,
  CodeLlamaTokenizer: llama,
  GemmaTokenizer: {
    tokens: { unk_token: '<unk>', bos_token: '<bos>', eos_token: '<eos>', pad_token: '<pad>' },
    template: { bos: true },
  },
  Qwen2Tokenizer: {
    tokens: Object.fromEntries(
      ['unk_token', 'eos_token', 'pad_token'].map((key) => [key, asToken(END, { normalized: false, special: true })]),
    ),
  },
  T5Tokenizer: {
    tokens: { eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' },
    additional: Array.from({ length: 100 }, (_, at) => `<extra_id_${at}>`),
    convertsForPrefix: true,
  },
};

/** Source: transformers 4.57, `TOKENIZER_MAPPING_NAMES`. */
const CLASS_OF_MODEL: Readonly<Record<string, string>> = {
  bert: 'BertTokenizer',
  bloom: 'BloomTokenizer',
  camembert: 'CamembertTokenizer',
  distilbert: 'DistilBertTokenizer',
  electra: 'ElectraTokenizer',
  gpt2: 'GPT2Tokenizer',
  gpt_neo: 'GPT2Tokenizer',
  gpt_neox: 'GPTNeoXTokenizer',
  llama: 'LlamaTokenizer',
  mistral: 'LlamaTokenizer',
  mt5: 'T5Tokenizer',
  opt: 'GPT2Tokenizer',
  qwen2: 'Qwen2Tokenizer',
  qwen3: 'Qwen2Tokenizer',
  roberta: 'RobertaTokenizer',
  t5: 'T5Tokenizer',
  umt5: 'T5Tokenizer',
  'xlm-roberta': 'XLMRobertaTokenizer',
};

/** In the reference's order. */
const SPECIAL_KEYS = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
] as const;

/** A tokenizer's files with their settings put in force. */
export interface SettledTokenizer {
  definition: Json;
  /** With every special token that the class or another file names. */
  config: Json;
  /** BOS and EOS around a text that take the place of the file's own template. */
  ends?: { start: string[]; end: string[] };
  /** The reference converts the SentencePiece model anew and does not read `tokenizer.json`. */
  convertsAnew: boolean;
  /** By which added tokens are normalised: the file's own rule, which the class has changed since. */
  addedTokenNormalizer?: unknown;
}

/**
 * What the files beside `tokenizer.json` change of it, as `AutoTokenizer` does: the class's own settings (lower case, accents,
 * prefix space, template), tokens that the file lacks or has with other flags, special tokens by default.
 *
 * Files of transformers 5 (`backend: tokenizers`) have it all in `tokenizer.json`.
 *
 * Source: transformers 4.57 `tokenization_utils_base.py` (`_from_pretrained`), `tokenization_utils_fast.py`
 *   (`PreTrainedTokenizerFast.__init__`).
 *
 * @throws {RangeError} for settings that contradict each other.
 */
export function settleTokenizer(definition: Json, settings: FolderSettings): SettledTokenizer {
  const given = settings.config ?? {};
  const kind = classOf(settings);
  if (given['backend'] === 'tokenizers') {
    const config = withDefaults(given, kind, { onlyMissing: true });
    const asksForEnds = ['add_bos_token', 'add_eos_token'].some((key) => typeof given[key] === 'boolean');
    const hasTemplate = !asksForEnds && (definition['post_processor'] ?? null) !== null;
    return {
      definition,
      config,
      convertsAnew: false,
      ...(kind.template && !hasTemplate ? { ends: endsOf(config, kind) } : {}),
    };
  }
  const hasDecoder = 'added_tokens_decoder' in given;
  const merged = hasDecoder ? given : { ...given, ...specialOf(settings.specialTokensMap ?? {}, given) };
  const listed = hasDecoder
    ? decoderTokens(given['added_tokens_decoder'])
    : legacyTokens(settings.addedTokens ?? {}, merged);
  const config = withFlags(withDefaults(merged, kind), listed);
  const convertsAnew = kind.convertsForPrefix === true && (config['add_prefix_space'] ?? null) !== null;
  return {
    definition: {
      ...definition,
      added_tokens: mergedTokens(definition, listed, config),
      normalizer: kind.isBert ? bertNormalizer(definition['normalizer'], config) : (definition['normalizer'] ?? null),
      pre_tokenizer: withPrefix(definition['pre_tokenizer'], config, kind),
    },
    config,
    convertsAnew,
    addedTokenNormalizer: definition['normalizer'] ?? null,
    ...(kind.template ? { ends: endsOf(config, kind) } : {}),
  };
}

/** BOS and EOS that a class puts around texts by its configuration; undefined for a class that leaves it to the definition. */
export function templateEnds(config: Json): SettledTokenizer['ends'] {
  const kind = classOf({ config });
  return kind.template && endsOf(withDefaults(config, kind), kind);
}

function classOf({ config, model }: FolderSettings): TokenizerClass {
  const named =
    config?.['tokenizer_class'] ?? model?.['tokenizer_class'] ?? CLASS_OF_MODEL[String(model?.['model_type'])];
  return CLASSES[String(named).replace(/Fast$/, '')] ?? generic;
}

/** Absent tokens are the class's; null is none. A text that a class turns into a token of its own flags is one. */
function withDefaults(config: Json, kind: TokenizerClass, { onlyMissing = false } = {}): Json {
  const settled: Json = { ...config };
  for (const [key, token] of Object.entries(kind.tokens)) {
    if (!(key in config)) settled[key] = onlyMissing ? textOf(token) : token;
    else if (!onlyMissing && typeof config[key] === 'string' && typeof token === 'object') {
      settled[key] = { ...(token as Json), content: config[key] };
    }
  }
  if (kind.additional && !onlyMissing) {
    const own = config['additional_special_tokens'] as unknown[] | undefined;
    const isExtra = (token: unknown): boolean => String(textOf(token)).includes('<extra_id_');
    const isT5 = kind.additional.some(isExtra);
    if (own === undefined || own === null) settled['additional_special_tokens'] = [...kind.additional];
    else if (isT5 && !own.some(isExtra)) settled['additional_special_tokens'] = [...own, ...kind.additional];
  }
  return settled;
}

/** Those of `special_tokens_map.json` go before the configuration's; further tokens are joined. */
function specialOf(map: Json, config: Json): Json {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      if (key !== 'additional_special_tokens' || !Array.isArray(value)) return [key, asSpecial(value)];
      const own = (config[key] as unknown[] | undefined) ?? [];
      const known = new Set(own.map(textOf));
      return [key, [...own, ...value.map(asSpecial).filter((token) => !known.has(textOf(token)))]];
    }),
  );
}

const asSpecial = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? { ...(value as Json), special: true } : value;

interface ListedToken {
  id: number;
  token: Json;
}

function decoderTokens(decoder: unknown): ListedToken[] {
  return Object.entries((decoder ?? {}) as Record<string, Json>)
    .map(([id, token]) => ({ id: Number(id), token: flagged(token) }))
    .sort((a, b) => a.id - b.id);
}

/** `added_tokens.json`: a token that the configuration names is special. */
function legacyTokens(added: Json, config: Json): ListedToken[] {
  const further = (config['additional_special_tokens'] as unknown[] | undefined) ?? [];
  const special = new Set([...SPECIAL_KEYS.map((key) => config[key]), ...further].map(textOf));
  return Object.entries(added)
    .map(([content, id]) => ({
      id: Number(id),
      token: asToken(content, { normalized: !special.has(content), special: special.has(content) }),
    }))
    .sort((a, b) => a.id - b.id);
}

/** As the reference's AddedToken fills in what is missing. */
function flagged(token: Json): Json {
  const special = token['special'] === true;
  const { content, lstrip = false, rstrip = false, single_word = false, normalized = !special } = token;
  return { content, lstrip, rstrip, single_word, normalized, special };
}

/** A special token that is listed with flags has them. */
function withFlags(config: Json, listed: readonly ListedToken[]): Json {
  const byContent = new Map(listed.map(({ token }) => [token['content'], token]));
  const settled = { ...config };
  for (const key of SPECIAL_KEYS) {
    const token = byContent.get(textOf(config[key]) ?? null);
    if (token) settled[key] = token;
  }
  return settled;
}

/** The file's tokens, then those that are added to them or change their flags, in the reference's order. */
function mergedTokens(definition: Json, listed: readonly ListedToken[], config: Json): AddedToken[] {
  const tokens = new Map(
    ((definition['added_tokens'] ?? []) as AddedToken[]).map((token) => [token.content, { ...token }]),
  );
  const vocabulary = vocabularyOf(definition);
  const further = (config['additional_special_tokens'] as unknown[] | undefined) ?? [];
  const special = [...SPECIAL_KEYS.map((key) => config[key]), ...further].filter(
    (token) => textOf(token) !== undefined,
  );
  const specialTexts = new Set(special.map(textOf));
  const wanted = new Map<string, Json>();
  for (const { token } of listed) {
    const own = tokens.get(String(token['content']));
    if (!own || FLAGS.some((flag) => own[flag] !== token[flag])) wanted.set(String(token['content']), token);
  }
  for (const token of special) {
    const content = textOf(token)!;
    if (wanted.has(content)) continue;
    if (typeof token === 'object') wanted.set(content, flagged(token as Json));
    else if (!tokens.has(content)) wanted.set(content, flagged({ content, special: true }));
  }
  for (const [content, token] of wanted) {
    if (content === '') continue;
    const before = tokens.get(content);
    const id = before?.id ?? vocabulary.ids.get(content) ?? nextId(tokens, vocabulary.size);
    const special = token['special'] === true || specialTexts.has(content);
    // A special token of the file is looked for as the file says, whatever other flags it gets.
    const normalized = before?.special ? before.normalized : token['normalized'] === true;
    tokens.set(content, { ...(token as unknown as AddedToken), id, special, normalized });
  }
  return [...tokens.values()].sort((a, b) => a.id - b.id);
}

const FLAGS = ['lstrip', 'rstrip', 'single_word', 'normalized', 'special'] as const;

function nextId(tokens: ReadonlyMap<string, AddedToken>, size: number): number {
  const most = Math.max(-1, ...[...tokens.values()].map(({ id }) => id));
  return most >= size ? most + 1 : size;
}

/** Tokens of the model itself, and how many there are. */
function vocabularyOf(definition: Json): { ids: ReadonlyMap<string, number>; size: number } {
  const { vocab } = (definition['model'] ?? {}) as { vocab?: unknown };
  const entries: [string, number][] = Array.isArray(vocab)
    ? (vocab as [string, number][]).map(([piece], id) => [piece, id])
    : Object.entries((vocab ?? {}) as Record<string, number>);
  return { ids: new Map(entries), size: entries.length };
}

function bertNormalizer(rule: unknown, config: Json): unknown {
  if (rule === null || rule === undefined || (rule as Json)['type'] !== 'BertNormalizer') return rule ?? null;
  const { do_lower_case = true, strip_accents = null, tokenize_chinese_chars = true } = config;
  for (const [name, value] of Object.entries({ do_lower_case, tokenize_chinese_chars })) {
    if (typeof value !== 'boolean') throw new RangeError(`${name} is ${JSON.stringify(value)}, expected true or false`);
  }
  return {
    ...(rule as Json),
    lowercase: do_lower_case,
    strip_accents,
    handle_chinese_chars: tokenize_chinese_chars,
  };
}

/** Of rules with that setting the outermost has the configuration's, false where it says nothing. */
function withPrefix(rule: unknown, config: Json, kind: TokenizerClass): unknown {
  if (rule === null || rule === undefined) return null;
  const asked = 'add_prefix_space' in config ? config['add_prefix_space'] : kind.convertsForPrefix ? null : false;
  const own = rule as Json;
  if (kind.setsNestedPrefix && asked === true) return nestedPrefix(own);
  if (typeof asked !== 'boolean' || typeof own['add_prefix_space'] !== 'boolean') return rule;
  return { ...own, add_prefix_space: asked };
}

function nestedPrefix(rule: Json): Json {
  const parts = rule['pretokenizers'];
  return {
    ...rule,
    ...(rule['add_prefix_space'] === false ? { add_prefix_space: true } : {}),
    ...(Array.isArray(parts) ? { pretokenizers: parts.map((part) => nestedPrefix(part as Json)) } : {}),
  };
}

function endsOf(config: Json, { template }: TokenizerClass): { start: string[]; end: string[] } {
  const asked = (key: string, usual: boolean): boolean => (key in config ? Boolean(config[key]) : usual);
  const token = (key: 'bos_token' | 'eos_token', isAsked: boolean): string[] => {
    if (!isAsked) return [];
    const text = textOf(config[key]);
    if (text === undefined) throw new RangeError(`add_${key} is true, and there is no ${key}`);
    return [text];
  };
  return {
    start: token('bos_token', asked('add_bos_token', template!.bos)),
    end: token('eos_token', asked('add_eos_token', false)),
  };
}
