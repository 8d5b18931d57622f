/** An entry of `added_tokens` in `tokenizer.json`. */
export interface AddedToken {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

export interface AddedTokenSources {
  /** `tokenizer_config.json` with the class's defaults filled in. */
  config: Record<string, unknown>;
  /** Tokens in `added_tokens.json`, from before the configuration held them. */
  legacy?: Record<string, unknown>;
  /** Tokens that the model's own file marks. */
  marked?: readonly AddedToken[];
  vocabulary: ReadonlyMap<string, number>;
}

/** In the order in which missing ones get their ids. Source: transformers `SPECIAL_TOKENS_ATTRIBUTES`. */
const SPECIAL_KEYS = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/**
 * The tokens that are cut out of a text before anything else is done: those that the files name, and the special tokens of the
 * configuration, which get the next free ids where the vocabulary lacks them.
 *
 * Source: transformers 4.57 `tokenization_utils_fast.py`, `tokenization_utils_base.py`.
 *
 * @throws {RangeError} when an id is not a small whole number.
 */
export function addedTokens({ config, legacy = {}, marked = [], vocabulary }: AddedTokenSources): AddedToken[] {
  const found = new Map<string, AddedToken>();
  const ids = new Map(vocabulary);
  const add = (content: string, id: unknown, flags: Partial<AddedToken>) => {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > MAX_ID)
      throw new RangeError(`added token ${content} has the id ${String(id)}`);
    found.set(content, { ...plainToken(content, id as number), ...flags });
    ids.set(content, id as number);
  };
  const nextId = () => [...ids.values()].reduce((most, id) => Math.max(most, id), -1) + 1;
  for (const token of marked) add(token.content, token.id, token);
  const listed = (config['added_tokens_decoder'] ?? {}) as Record<string, Record<string, unknown>>;
  for (const [id, token] of Object.entries(listed)) add(textOf(token) ?? '', Number(id), flagsOf(token));
  for (const [content, id] of Object.entries(legacy))
    if (!found.has(content)) add(content, id, { normalized: true, special: false });
  const more = Array.isArray(config['additional_special_tokens'])
    ? (config['additional_special_tokens'] as unknown[])
    : [];
  for (const value of [...SPECIAL_KEYS.map((key) => config[key]), ...more]) {
    const content = textOf(value);
    if (!content) continue;
    const flags = typeof value === 'object' ? flagsOf(value as Record<string, unknown>) : {};
    if (found.has(content)) Object.assign(found.get(content)!, { special: true });
    else add(content, ids.get(content) ?? nextId(), { ...flags, special: true });
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}

/** More tokens than any model has; an array of ids stays small. */
export const MAX_ID = 8_000_000;

/** An added token that is special and taken as it is. */
export function plainToken(content: string, id: number): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** A special token is written as its text or as an object with its text in `content`. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
}

function flagsOf(token: Record<string, unknown>): Partial<AddedToken> {
  const names = ['single_word', 'lstrip', 'rstrip', 'normalized', 'special'] as const;
  return Object.fromEntries(names.flatMap((name) => (typeof token[name] === 'boolean' ? [[name, token[name]]] : [])));
}
