import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, readPublishedJson } from '@tsarank/io';

/**
 * Files at the top of a repository that say how a model and its tokenizer are made; `.py` for models whose code is not part of
 * transformers: nothing here runs it, but a model saved again has to have it beside it.
 */
const DESCRIPTION =
  /^((config|generation_config|adapter_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|tsarank)\.json|merges\.txt|vocab\.txt|chat_template\.jinja|[\w.-]+\.(model|tiktoken|py))$/;

/** Weights in the order they are wanted: the first kind that is there. */
const WEIGHTS = [
  { whole: /^model\.safetensors$/, index: 'model.safetensors.index.json', shard: /^model-\d+-of-\d+\.safetensors$/ },
  { whole: /^pytorch_model\.bin$/, index: 'pytorch_model.bin.index.json', shard: /^pytorch_model-\d+-of-\d+\.bin$/ },
  { whole: /^adapter_model\.safetensors$/ },
  { whole: /^adapter_model\.bin$/ },
] as const;

/**
 * Of a repository's files those that loading the model needs: configuration, tokenizer, and one kind of weights (safetensors
 * before `.bin`, a whole file before shards).
 *
 * @throws {InputError} when there is nothing to load, naming what there is.
 */
export function neededFiles(paths: readonly string[], { given }: { given: string }): string[] {
  const description = paths.filter((path) => DESCRIPTION.test(path));
  for (const kind of WEIGHTS) {
    const whole = paths.filter((path) => kind.whole.test(path));
    if (whole.length > 0) return [...description, ...whole];
    if ('index' in kind && paths.includes(kind.index))
      return [...description, kind.index, ...paths.filter((path) => kind.shard.test(path))];
  }
  const gguf = paths.filter((path) => path.endsWith('.gguf'));
  const [name, revision] = given.split('@') as [string, string?];
  const expected =
    gguf.length > 0
      ? `one of its GGUF files, such as ${name}/${gguf[0]!}${revision === undefined ? '' : `@${revision}`}`
      : 'model.safetensors or pytorch_model.bin, single or sharded, or a .gguf';
  const found = paths.slice(0, 8).join(', ');
  throw new InputError({
    field: 'model',
    message: `${given} has no weights that are read`,
    found: found || 'no file',
    expected,
  });
}

/** Whether a snapshot has all that loading needs, also where another program has put it there in part. */
export function isComplete(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const present = readdirSync(folder).filter((name) => existsSync(join(folder, name)));
  if (!present.includes('config.json') && !present.includes('adapter_config.json')) return false;
  return WEIGHTS.some((kind) => {
    if (present.some((name) => kind.whole.test(name))) return true;
    if (!('index' in kind) || !present.includes(kind.index)) return false;
    const { weight_map: map } = readPublishedJson(join(folder, kind.index)) as { weight_map?: Record<string, string> };
    const shards = Object.values(map ?? {});
    return shards.length > 0 && shards.every((shard) => present.includes(shard));
  });
}
