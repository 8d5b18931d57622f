import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve as resolvePath } from 'node:path';
import { InputError, sha256 } from '@tsarank/io';
import { loadTokenizer } from '@tsarank/tokenizer';
import type { Tokenizer } from '@tsarank/tokenizer';
import { findModel } from '../loading/find-model';
import type { LoadModelOptions } from '../loading/find-model';
import { contractFile, readContract } from '../scoring-contract';
import type { ScoringContract } from '../scoring-contract';
import { isAdapterFolder, openAdapterFolder } from './adapter-folder';
import type { AdapterFolder } from './adapter-folder';

const HUB_NAME = /^[\w.-]+\/[\w.-]+$/;
const TOKENIZER_FILES = [
  'tokenizer.json',
  'tokenizer.model',
  'spiece.model',
  'qwen.tiktoken',
  'vocab.json',
  'vocab.txt',
];

/** What is known of a model beside what it computes. */
interface ModelFacts {
  tokenizer: Tokenizer;
  hash: string;
  contract?: ScoringContract;
}

/**
 * An adapter's folder, opened, and the Hugging Face folder of the model that it belongs to: a path from the adapter's folder or
 * the working directory, or a name as `findModel` takes it; `org/name` is one on the Hub. The caller closes the adapter's weights.
 *
 * @throws {InputError} naming file and field when either is wrong, or the base model is none.
 */
export async function openAdapted(
  folder: string,
  options: LoadModelOptions,
): Promise<{ adapter: AdapterFolder; base: string }> {
  const adapter = openAdapterFolder(folder);
  try {
    return { adapter, base: await baseOf(adapter, options) };
  } catch (error) {
    adapter.weights.close();
    throw error;
  }
}

/**
 * Tokenizer, hash and contract of a base model with an adapter: those that lie beside the adapter come first.
 *
 * @throws {InputError} when the adapter was made here for another base model.
 */
export function adaptedFacts({ folder, hash }: AdapterFolder, base: ModelFacts): ModelFacts {
  const contract = readContract(folder);
  const [trainedOn] = contract?.parents ?? [];
  if (trainedOn !== undefined && trainedOn !== base.hash) {
    const file = join(folder, contractFile);
    throw new InputError({ file, field: 'parents', found: `the base model's hash ${base.hash}`, expected: trainedOn });
  }
  const hasOwn = TOKENIZER_FILES.some((name) => existsSync(join(folder, name)));
  const tokenizer = hasOwn ? loadTokenizer(folder) : base.tokenizer;
  return { tokenizer, contract, hash: sha256([base.hash, hash, tokenizer.hash].join('\n')) };
}

async function baseOf({ folder, config }: AdapterFolder, options: LoadModelOptions): Promise<string> {
  const { base: name, revision, file } = config;
  const wrong = (found: string, expected: string) =>
    new InputError({ file, field: 'base_model_name_or_path', found, expected });
  const places = isAbsolute(name) ? [name] : [resolvePath(folder, name), resolvePath(name)];
  // An adapter may be named like its base model, never be it.
  const known = places.find((place) => existsSync(place) && resolvePath(place) !== resolvePath(folder));
  const hubName = `hf:${name}${revision === null ? '' : `@${revision}`}`;
  let place = known;
  if (place === undefined) {
    try {
      place = await findModel(HUB_NAME.test(name) && !isAbsolute(name) ? hubName : name, options);
    } catch (error) {
      if (!(error instanceof InputError) || error.problem.file !== (HUB_NAME.test(name) ? hubName : name)) throw error;
      throw wrong(
        `"${name}"`,
        `the base model's folder (from ${dirname(file)} or the working directory) or its name on the Hub`,
      );
    }
  }
  if (isAdapterFolder(place))
    throw wrong(`"${name}", an adapter too`, 'a whole model: `tsarank convert` merges an adapter into one');
  if (!statSync(place).isDirectory())
    throw wrong(`"${name}"`, 'a Hugging Face folder: `tsarank convert` makes one of a .gguf file');
  return place;
}
