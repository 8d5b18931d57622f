import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setKey, type DataHashes } from '@tsarank/ablation';
import { evaluationSets, type EvaluationSet, type RunConfig } from '@tsarank/config';
import { hashGroups, hashPairs, resolveCollection } from '@tsarank/data';
import { isHubName, neededFiles, parseHubName, type HubSettings } from '@tsarank/hub';
import { InputError, sha256, sha256File } from '@tsarank/io';
import { embeddedHashes } from './embedded-hashes';
import { isJudgments } from './judgments-file';
import { modelPath } from './model-path';

/** Files of a model folder that decide what it computes. */
const MODEL_FILE = /\.(safetensors|bin|json|model|tiktoken|txt)$/;
/** Says where a model came from, not what it is. */
const NOT_CONTENT = new Set(['tsarank.json']);

const EMBEDDED_COLLECTIONS = ['cwe', 'factbook'] as const;

/**
 * Hashes of the content that configurations read, each computed once. Loads no tensor code.
 *
 * @param options.keptIn File in which those of the embedded data are kept from one process to the next.
 * @param options.hub Where models named `hf:` are kept; asked when there is one.
 * @returns A function that throws an InputError for what doesn't exist.
 */
export function contentHasher({ keptIn, hub }: { keptIn?: string; hub?: () => HubSettings } = {}): (
  config: RunConfig,
) => DataHashes {
  const embedded = embeddedHashes(keptIn);
  const known = new Map<string, string>();
  const once = (key: string, compute: () => string): string => {
    const hash = known.get(key) ?? compute();
    known.set(key, hash);
    return hash;
  };
  const collection = (name: string): string =>
    once(`collection ${name}`, () => {
      const own = EMBEDDED_COLLECTIONS.find((each) => each === name);
      if (own) return embedded(own);
      return isJudgments(name) ? sha256File(name) : resolveCollection(name).hash;
    });
  const pairsOf = (pairs: string): string => (pairs === 'embedded' ? embedded('weak-pairs') : hashPairs(pairs));
  const fileHash = (file: string): string => once(`file ${file}`, () => sha256File(file));
  const setHash = (set: EvaluationSet): string => setContentHash(set, collection(set.collection), fileHash);
  return (config) => {
    const { model, data, pretrain, finetune } = config;
    return {
      model: once(`model ${model}`, () => modelHash(model, hub)),
      ...(pretrain === null ? {} : { pairs: once(`pairs ${pretrain.pairs}`, () => pairsOf(pretrain.pairs)) }),
      ...(finetune === null
        ? {}
        : finetune.groups === undefined
          ? { collection: collection(data.collection) }
          : { groups: once(`groups ${finetune.groups}`, () => hashGroups(finetune.groups!)) }),
      ...Object.fromEntries(evaluationSets(config).map((set) => [setKey(set.name), setHash(set)])),
    };
  };
}

/** Hash of what a test set is made from: its collection and, where they are given, its candidates. */
export function setContentHash(
  { candidates }: EvaluationSet,
  collectionHash: string,
  hashOf: (file: string) => string = sha256File,
): string {
  return candidates === 'bm25' ? collectionHash : sha256(`${collectionHash} ${hashOf(candidates)}`);
}

function modelHash(model: string, hub: (() => HubSettings) | undefined): string {
  const place = modelPath(model, hub);
  if (!existsSync(place)) {
    throw new InputError({
      field: 'model',
      found: `"${model}"`,
      expected: 'tiny, a Hugging Face folder, a .gguf file or hf:org/name',
    });
  }
  if (!statSync(place).isDirectory()) return sha256File(place);
  if (!isHubName(model)) return modelFilesHash(place);
  // Other programs put more of a repository into the shared cache: on every machine only what the model needs counts.
  return hashOfFiles(place, neededFiles(readdirSync(place), parseHubName(model)).filter(decides));
}

/**
 * Hash of the files of a model folder that decide what it computes, whatever else lies there.
 *
 * @throws {InputError} when there is none.
 */
export function modelFilesHash(place: string): string {
  const names = readdirSync(place).filter(decides);
  if (names.length === 0) {
    throw new InputError({
      field: 'model',
      file: place,
      found: 'no model file',
      expected: 'config.json and *.safetensors',
    });
  }
  return hashOfFiles(place, names);
}

function decides(name: string): boolean {
  return MODEL_FILE.test(name) && !NOT_CONTENT.has(name);
}

function hashOfFiles(folder: string, names: readonly string[]): string {
  return sha256(
    [...names]
      .sort()
      .map((name) => `${name} ${sha256File(path.join(folder, name))}\n`)
      .join(''),
  );
}
