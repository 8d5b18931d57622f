import { readWeakPairs } from '@tsarank/data';
import { pretrain, stepsPerEpoch } from '@tsarank/training';
import type { PretrainRows } from '@tsarank/training';
import type { Log } from '../log';
import { requireAdapterBase } from './adapter-base';
import { openEngine } from './open-engine';
import { openModel } from './open-model';
import type { ENGINES } from '../options/shared-options';
import { contractOf } from './scoring-contract';
import { requireTopLayers, trainAndSave } from './train-and-save';
import { loraOf } from '../options/training-options';
import type { TrainingValues } from '../options/training-options';

export interface PretrainValues extends TrainingValues {
  engine: (typeof ENGINES)[number];
  jobs?: number;
  pairs: string;
  rows: PretrainRows;
}

/** Stage one from the command's values to the saved folder. */
export async function pretrainModel(values: PretrainValues, log: Log): Promise<void> {
  const pairs = readWeakPairs(values.pairs).map(({ document, query }) => ({ document, query }));
  if (loraOf(values)) await requireAdapterBase(values.model, log);
  const engine = await openEngine(values, log);
  const { model, tokenizer, hash } = await openModel(values.model, log);
  requireTopLayers(model, values);
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
