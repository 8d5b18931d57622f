import { BEHAVIOUR_VERSION } from '@tsarank/config';
import { PROMPT } from '@tsarank/data';
import { canonicalJson, sha256 } from '@tsarank/io';
import { checkContract } from '@tsarank/model';
import type { ScoringContract } from '@tsarank/model';
import type { TextOptions } from '@tsarank/ranking';
import type { Log } from '../log';
import { loraOf } from '../options/training-options';
import type { TrainingValues } from '../options/training-options';

/** Prompt and query as one text, as it stands in a contract. */
const CONTRACT_PROMPT = `${PROMPT}{query}`;

/**
 * The contract of a model that a stage makes: prompt, limits, parents and resolved settings. Files count by what they
 * hold, not by their names, so that the same training gives the same bytes anywhere.
 */
export function contractOf(
  stage: 'pretrain' | 'finetune',
  values: TrainingValues,
  { parents, data, ...others }: { parents: string[]; data: readonly unknown[]; [setting: string]: unknown },
): ScoringContract {
  const { seed, topLayers, learningRate, schedule, warmupRatio, clipNorm, batchSize, accumulate, order } = values;
  const { lossAverage, maxDocumentTokens, maxQueryTokens, specialTokensInText } = values;
  const lora = loraOf(values);
  return {
    behaviourVersion: BEHAVIOUR_VERSION,
    prompt: CONTRACT_PROMPT,
    maxDocumentTokens,
    maxQueryTokens,
    ...(specialTokensInText && { specialTokensInText }),
    stage,
    parents,
    config: {
      seed,
      topLayers,
      ...(lora && { lora }),
      learningRate,
      schedule,
      warmupRatio,
      clipNorm,
      batchSize,
      accumulate,
      ...(accumulate > 1 && { lossAverage }),
      order,
      ...others,
      dataHash: sha256(canonicalJson(data)),
    },
  };
}

/**
 * Refuses to score a trained model with other limits than it was trained with, where limits are given, or with special tokens in
 * texts read otherwise. Without limits the published evaluation rule holds, and a line says that it is another one.
 *
 * @throws {InputError} with both sides.
 */
export function requireContract(model: string, contract: ScoringContract, limits: TextOptions, log: Log): void {
  const { maxDocumentTokens, maxQueryTokens } = limits;
  const given = maxDocumentTokens !== undefined || maxQueryTokens !== undefined;
  // A base model was not made for any limits.
  checkContract(contract, { prompt: CONTRACT_PROMPT, ...(contract.stage !== 'base' && limits) }, model);
  if (!given && contract.stage !== 'base' && contract.maxDocumentTokens !== null) {
    log.info(
      `${model} was trained on documents of ${contract.maxDocumentTokens} and queries of ${contract.maxQueryTokens} ` +
        'tokens; without limits the published evaluation rule holds (512 tokens in all)',
    );
  }
}
