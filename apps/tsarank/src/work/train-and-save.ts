import { existsSync, readdirSync, rmSync } from 'node:fs';
import { acquireLock, InputError, WorkError } from '@tsarank/io';
import { plannedAdapters, saveAdapter, saveModel, trainableWeights } from '@tsarank/model';
import type { CausalLm, ScoringContract } from '@tsarank/model';
import { assertFits } from '@tsarank/tensor';
import type { Tokenizer } from '@tsarank/tokenizer';
import type { TrainingOptions, TrainingResult } from '@tsarank/training';
import { checkpointFolderOf } from '../commands/training-places';
import type { Log } from '../log';
import { adapterBase } from './adapter-base';
import { isAlreadyTrained } from './finished-model';
import { stopSignal } from './stop-signal';
import { openTrainingLog } from './training-log';
import { loraOf } from '../options/training-options';
import type { TrainingValues } from '../options/training-options';

export interface TrainAndSaveOptions {
  values: TrainingValues;
  log: Log;
  model: CausalLm;
  tokenizer: Tokenizer;
  modelHash: string;
  /** Optimizer steps in all. */
  steps: number;
  label: 'pretrain' | 'finetune';
  train: (options: TrainingOptions) => Promise<TrainingResult>;
  contract: ScoringContract;
}

/**
 * Runs one stage and saves the model, or the adapters that were trained in its place. What is needed to go on lies in
 * `<out>.checkpoint` until that stands; the same command takes it up, and the log goes on behind the rows of the steps that
 * count.
 *
 * A folder that holds this very model is left as it is; one that holds another is replaced only with `--overwrite`.
 *
 * @throws {InputError} when the folder holds a model of other settings.
 * @throws {WorkError} when another process trains into the same place, or after Ctrl-C, saying how to go on.
 */
export async function trainAndSave(options: TrainAndSaveOptions): Promise<void> {
  const { values, log, model, tokenizer, steps, label, contract } = options;
  const lora = loraOf(values);
  if (!values.overwrite && isAlreadyTrained(values.out, contract)) {
    log.info(`${values.out} is there already, trained with these settings; --overwrite trains it again`);
    return;
  }
  requireMemory(model, values);
  const checkpointFolder = checkpointFolderOf(values.out);
  const lock = acquireLock(checkpointFolder);
  let stopping = false;
  const stop = stopSignal(() => {
    stopping = true;
    log.info('stopping after this step; once more ends at once');
  });
  const rows = openTrainingLog(values.log);
  let begun = false;
  const progress = log.progress(label, steps);
  try {
    const result = await options.train({
      ...plainOptions(values),
      model,
      tokenizer,
      modelHash: options.modelHash,
      steps,
      checkpoint: {
        dir: checkpointFolder,
        everySeconds: values.checkpointSeconds,
        everySteps: values.checkpointSteps,
      },
      signal: stop.signal,
      onWarning: (message) => log.warn(message),
      onResume: (done) => {
        rows.reset(done);
        begun = true;
        progress.log(`going on at step ${done.length} of ${steps} from ${checkpointFolder}`);
      },
      onStep: (row) => {
        // An older log stays until there is a new one.
        if (!begun) rows.reset([]);
        begun = true;
        rows.append(row);
        if (!stopping) progress.update(row.step + 1, `loss ${row.loss.toFixed(4)}`);
      },
    });
    if (!result.finished) {
      throw new WorkError(
        `stopped after step ${result.steps} of ${steps}; the same command goes on from ${checkpointFolder}`,
      );
    }
    progress.finish();
    if (lora) {
      const base = adapterBase(values.model);
      await saveAdapter(values.out, { model, tokenizer, contract, settings: lora, topLayers: values.topLayers, base });
    } else await saveModel(values.out, { model, tokenizer, contract });
    rmSync(checkpointFolder, { recursive: true, force: true });
    log.info(`saved ${values.out}`);
  } finally {
    stop.release();
    lock.release();
    removeIfEmpty(checkpointFolder);
  }
}

/** @throws {InputError} when fewer blocks are there than are to train. */
export function requireTopLayers({ config: { layers } }: CausalLm, { model, topLayers }: TrainingValues): void {
  if (topLayers <= layers) return;
  throw new InputError({
    field: 'top-layers',
    found: String(topLayers),
    expected: `at most ${layers}, the blocks of ${model} (0 trains all weights)`,
  });
}

/** Gradients and both moments come on top of the weights. */
function requireMemory(model: CausalLm, values: TrainingValues): void {
  const { topLayers } = values;
  const lora = loraOf(values);
  const sizes = lora
    ? plannedAdapters(model, lora, topLayers).map(({ rank, into, out }) => rank * (into + out))
    : trainableWeights(model, topLayers).map(({ size }) => size);
  const weights = sizes.reduce((sum, size) => sum + size, 0);
  assertFits({ bytes: 3 * 4 * weights, what: `training ${weights} weights` });
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}

function plainOptions(values: TrainingValues) {
  const { seed, learningRate, schedule, warmupRatio, clipNorm, batchSize, accumulate, order, topLayers } = values;
  const { lossAverage, maxDocumentTokens, maxQueryTokens, specialTokensInText } = values;
  return {
    seed,
    learningRate,
    schedule,
    warmupRatio,
    clipNorm,
    batchSize,
    accumulate,
    lossAverage,
    order,
    topLayers,
    lora: loraOf(values),
    maxDocumentTokens,
    maxQueryTokens,
    specialTokensInText,
  };
}
