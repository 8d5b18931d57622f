import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, readJson } from '@tsarank/io';
import { createTokenizer } from './tokenizer';
import type { Tokenizer } from './tokenizer';

const DEFINITION = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';
const SPECIAL = 'special_tokens_map.json';
const KEPT = [DEFINITION, CONFIG, SPECIAL, 'chat_template.jinja'];

/**
 * The tokenizer of a Hugging Face folder: `tokenizer.json`, and `tokenizer_config.json` where there is one.
 *
 * @throws {InputError} when `tokenizer.json` is missing, not JSON, or has a part that is not supported.
 */
export function loadTokenizer(folder: string): Tokenizer {
  const file = join(folder, DEFINITION);
  if (!existsSync(file) && existsSync(join(folder, 'tokenizer.model'))) {
    throw new InputError({
      file,
      message: 'no such file; a SentencePiece tokenizer.model alone is not read, save the fast tokenizer first',
    });
  }
  const definition = jsonObject(file);
  const special = optionalObject(join(folder, SPECIAL));
  const config = { ...special, ...optionalObject(join(folder, CONFIG)) };
  const files = KEPT.filter((name) => existsSync(join(folder, name))).map((name) => ({
    name,
    bytes: new Uint8Array(readFileSync(join(folder, name))),
  }));
  try {
    return createTokenizer({ definition, config, files });
  } catch (error) {
    throw new InputError({ file, message: `can't be used as a tokenizer (${(error as Error).message})` });
  }
}

function optionalObject(file: string): Record<string, unknown> {
  return existsSync(file) ? jsonObject(file) : {};
}

function jsonObject(file: string): Record<string, unknown> {
  const value = readJson(file);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError({ file, found: Array.isArray(value) ? 'an array' : String(value), expected: 'a JSON object' });
  }
  return value as Record<string, unknown>;
}
