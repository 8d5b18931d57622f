import type { RunConfig } from '@tsarank/config';
import { canonicalJson, sha256 } from '@tsarank/io';

/** What was read -> hash of its content; `model` is always there, `pairs` where stage one reads them. */
export type DataHashes = Readonly<Record<string, string>>;

const HEX_DIGITS = 16;

/**
 * Id of a run: the first 16 hexadecimal digits of
 *
 *   sha256(canonicalJson({ config, dataHashes, stageId, behaviourVersion }))
 */
export function runId(run: {
  config: RunConfig;
  dataHashes: DataHashes;
  stageId?: string;
  behaviourVersion: number;
}): string {
  const { config, dataHashes, stageId, behaviourVersion } = run;
  return digest({ config, dataHashes, stageId, behaviourVersion });
}

/**
 * Id of a stage-one run: a hash of what stage one depends on and of nothing else, so that variants which differ later
 * share it. The model counts by its content, not its name.
 */
export function stageId(stage: { config: RunConfig; dataHashes: DataHashes; behaviourVersion: number }): string {
  const { engine, precision, text, pretrain, seed } = stage.config;
  const { model, pairs } = stage.dataHashes;
  return digest({ model, pairs, engine, precision, text, pretrain, seed, behaviourVersion: stage.behaviourVersion });
}

function digest(value: unknown): string {
  return sha256(canonicalJson(value)).slice(0, HEX_DIGITS);
}
