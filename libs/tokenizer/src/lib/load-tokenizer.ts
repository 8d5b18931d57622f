import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, readPublishedJson, requireFile } from '@tsarank/io';
import { convertFolder, VOCABULARY_FILES } from './formats/folder';
import { settleTokenizer, templateEnds, type FolderSettings } from './settings/class-settings';
import { createTokenizer } from './tokenizer';
import type { Tokenizer, TokenizerFile } from './tokenizer';

const DEFINITION = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';
const SPECIAL = 'special_tokens_map.json';
const KEPT = [DEFINITION, CONFIG, SPECIAL, 'chat_template.jinja', 'added_tokens.json', ...VOCABULARY_FILES];
/** The largest published tokenizer file has 35 MB. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * The tokenizer of a Hugging Face folder: `tokenizer.json` where there is one, otherwise what the model's own vocabulary says:
 * `tokenizer.model`, `spiece.model` or `sentencepiece.bpe.model` (SentencePiece), `qwen.tiktoken`, `vocab.json` with `merges.txt`, `vocab.txt`, in this order.
 *
 * A converted tokenizer keeps its own files and gets a `tokenizer.json`, so that a saved model loads everywhere; where its class
 * is code beside the model (Baichuan, Qwen), `tokenizer_config.json` names the general class instead.
 *
 * @throws {InputError} naming the file when none of these is there, or one is broken or has a part that is not supported.
 */
export function loadTokenizer(folder: string): Tokenizer {
  const files = KEPT.filter((name) => existsSync(join(folder, name))).map((name) => read(folder, name));
  const file = join(folder, DEFINITION);
  const settings = settingsOf(folder);
  const settled = existsSync(file) ? made(file, () => settleTokenizer(jsonObject(file), settings)) : undefined;
  if (settled && !settled.convertsAnew) return made(file, () => createTokenizer({ ...settled, files }));
  const config = { ...settings.specialTokensMap, ...settings.config };
  const source = VOCABULARY_FILES.find((name) => files.some((kept) => kept.name === name));
  if (!source && settled) {
    throw new InputError({
      file: join(folder, CONFIG),
      field: 'add_prefix_space',
      found: JSON.stringify(config['add_prefix_space']),
      expected: `a SentencePiece file beside it: this class then converts that, and does not read ${DEFINITION}`,
    });
  }
  if (!source) {
    throw new InputError({ file, message: `no such file, and none of ${VOCABULARY_FILES.join(', ')}` });
  }
  return made(join(folder, source), () => {
    const converted = convertFolder({
      folder,
      files,
      config,
      modelType: optionalObject(join(folder, 'config.json'))['model_type'],
      legacyTokens: optionalObject(join(folder, 'added_tokens.json')),
    });
    const kept = files.filter(({ name }) => name !== CONFIG);
    return createTokenizer({
      ...converted,
      ends: templateEnds(converted.config),
      files: [jsonFile(DEFINITION, converted.definition), jsonFile(CONFIG, converted.config), ...kept],
    });
  });
}

function settingsOf(folder: string): FolderSettings {
  const optional = (name: string) => (existsSync(join(folder, name)) ? jsonObject(join(folder, name)) : undefined);
  return {
    config: optional(CONFIG),
    specialTokensMap: optional(SPECIAL),
    addedTokens: optional('added_tokens.json'),
    model: optional('config.json'),
  };
}

/** What went wrong inside is said with the file's name. */
function made<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ file, message: `can't be used as a tokenizer (${(error as Error).message})` });
  }
}

function read(folder: string, name: string): TokenizerFile {
  const file = join(folder, name);
  requireFile(file);
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new InputError({ file, found: `${size} bytes`, expected: `${MAX_BYTES} at most` });
  return { name, bytes: new Uint8Array(readFileSync(file)) };
}

function jsonFile(name: string, value: unknown): TokenizerFile {
  return { name, bytes: new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`) };
}

function optionalObject(file: string): Record<string, unknown> {
  return existsSync(file) ? jsonObject(file) : {};
}

function jsonObject(file: string): Record<string, unknown> {
  const value = readPublishedJson(file);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError({ file, found: Array.isArray(value) ? 'an array' : String(value), expected: 'a JSON object' });
  }
  return value as Record<string, unknown>;
}
