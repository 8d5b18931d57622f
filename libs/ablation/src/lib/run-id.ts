import type { EvaluationSet, RunConfig } from '@tsarank/config';
import { canonicalJson, sha256 } from '@tsarank/io';

/**
 * What was read -> hash of its content: `model` always; `pairs` where stage one reads them, `collection` where stage two
 * mines its groups from one, `groups` where it reads a file of them, `set <name>` for each test set.
 */
export type DataHashes = Readonly<Record<string, string>>;

/** Key of a test set among the hashes. */
export const setKey = (name: string): string => `set ${name}`;

const HEX_DIGITS = 16;

interface Identified {
  config: RunConfig;
  dataHashes: DataHashes;
  behaviourVersion: number;
}

/**
 * Id of a stage-one run: a hash of what stage one depends on and of nothing else, so that variants which differ later
 * share it. The model counts by its content, not its name.
 */
export function pretrainId({ config, dataHashes, behaviourVersion }: Identified): string {
  const { engine, precision, text, pretrain, seed } = config;
  const { model, pairs } = dataHashes;
  return digest({ model, pairs, engine, precision, text, pretrain, seed, behaviourVersion });
}

/** Id of a stage-two run: its own settings, what its groups are made from, and the run it starts from or the base model. */
export function finetuneId({ config, dataHashes, behaviourVersion, parent }: Identified & { parent?: string }): string {
  const { engine, precision, text, finetune, seed } = config;
  const { negativePool, trainQueries } = config.data;
  const { model, collection, groups } = dataHashes;
  // A file of groups counts by its content, and has no pool that negatives are drawn from.
  const source = groups === undefined ? { collection, negativePool } : { groups };
  const start = parent === undefined ? { model } : { parent };
  return digest({
    ...start,
    ...source,
    ...{ trainQueries, engine, precision, text, seed, behaviourVersion },
    finetune: { ...finetune, groups: undefined },
  });
}

/** Id of a test set's content: which queries, which candidates. Neither its name nor the limits of its texts count. */
export function setId(set: EvaluationSet, dataHashes: DataHashes, behaviourVersion: number): string {
  const { split, depth, queries } = set;
  const candidates = set.candidates === 'bm25' ? 'bm25' : 'file';
  return digest({ content: dataHashes[setKey(set.name)], candidates, split, depth, queries, behaviourVersion });
}

/**
 * Id of a scoring run: the weights, how they compute, and the test set. Neither measures nor the seed count: the same base
 * model scores once for all seeds.
 */
export function scoreId(scored: Identified & { parent?: string; set: EvaluationSet & { id: string } }): string {
  const { id, text, domain, score } = scored.set;
  return digest({ scorer: scorerId({ ...scored, text }), set: id, domain, score });
}

/** Id of a model and how it reads texts and computes: pairs scored under one id have one score. */
export function scorerId({
  config: { engine, precision },
  dataHashes: { model },
  behaviourVersion,
  parent,
  text,
}: Identified & { parent?: string; text: EvaluationSet['text'] }): string {
  return digest({ ...(parent === undefined ? { model } : { parent }), engine, precision, text, behaviourVersion });
}

function digest(value: unknown): string {
  return sha256(canonicalJson(value)).slice(0, HEX_DIGITS);
}
