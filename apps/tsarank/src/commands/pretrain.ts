import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { oneOf } from '../options/option-values';
import { requiredPath } from '../options/shared-options';
import { settleTraining, trainingOptions } from '../options/training-options';
import { requireTrainingPlaces } from './training-places';

const defaults = { learningRate: 5e-5, warmupRatio: 0.1, batchSize: 16, unit: 'pairs' } as const;

const options = {
  ...trainingOptions(defaults),
  pairs: requiredPath('pairs', 'Training pairs, {"query","document"} per line, or the published {"query","response"}'),
  rows: {
    describe: 'Tokens that the loss counts: query (as published), all',
    default: 'query',
    requiresArg: true,
    coerce: oneOf('rows', ['query', 'all']),
  },
} as const satisfies Record<string, Options>;

export const pretrain = defineCommand({
  name: 'pretrain',
  describe: 'Stage one: next-token training on the query tokens of weakly labelled pairs',
  options,
  examples: [['$0 pretrain --model tiny --pairs pairs.jsonl --out stage-one', 'one pass over the pairs']],
  run: async (given) => {
    const values = settleTraining(given, defaults);
    const { model, pairs, out, log } = values;
    requireTrainingPlaces({ out, log, inputs: { model, pairs } });
    const { pretrainModel } = require('../work/pretrain-model') as typeof import('../work/pretrain-model');
    await pretrainModel(values, createLog(values.logLevel));
  },
});
