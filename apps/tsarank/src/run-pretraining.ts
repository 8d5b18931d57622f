import type { WeakPair } from '@tsarank/data';
import { loadModel } from '@tsarank/model';
import { pretrain, stepsPerEpoch } from '@tsarank/training';
import type { PretrainRows } from '@tsarank/training';
import type { Log } from './log';
import { openEngine } from './open-engine';
import type { ENGINES } from './options';
import { contractOf } from './scoring-contract';
import { trainAndSave } from './train-and-save';
import type { TrainingValues } from './training-options';

export interface PretrainValues extends TrainingValues {
  engine: (typeof ENGINES)[number];
  jobs?: number;
  rows: PretrainRows;
}

/** Stage one from the command's values to the saved folder. */
export async function runPretraining(values: PretrainValues, pairs: readonly WeakPair[], log: Log): Promise<void> {
  const engine = await openEngine(values, log);
  const { model, tokenizer, hash } = await loadModel(values.model);
  const steps = values.steps ?? stepsPerEpoch(pairs.length, values);
  const { rows } = values;
  await trainAndSave({
    values,
    log,
    model,
    tokenizer,
    modelHash: hash,
    steps,
    label: 'pretrain',
    train: (options) => pretrain({ ...options, pairs, rows }),
    contract: contractOf('pretrain', values, { engine: engine.name, steps, rows, data: pairs, parents: [hash] }),
  });
  model.dispose();
}
