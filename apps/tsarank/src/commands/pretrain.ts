import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { oneOf } from '../options/option-values';
import { requiredPath } from '../options/shared-options';
import { trainingOptions } from '../options/training-options';
import { requireWritableFile, requireWritableModelFolder } from '../writable';

const options = {
  ...trainingOptions({ learningRate: 5e-5, warmupRatio: 0.1, batchSize: 16, unit: 'pairs' }),
  pairs: requiredPath('pairs', 'Pairs: {"query","document"} a line, or the published {"query","response"}'),
  rows: {
    describe: 'Tokens that count: query (as published), all',
    default: 'query',
    requiresArg: true,
    coerce: oneOf('rows', ['query', 'all']),
  },
} as const satisfies Record<string, Options>;

export const pretrain = defineCommand({
  name: 'pretrain',
  describe: 'Stage one: next-token training on the query tokens of weak pairs',
  options,
  examples: [['$0 pretrain --model tiny --pairs pairs.jsonl --out stage-one', 'one pass over the pairs']],
  run: async (values) => {
    requireWritableModelFolder(values.out, 'out', [values.model]);
    if (values.log !== undefined) requireWritableFile(values.log, 'log', [values.pairs]);
    const { pretrainModel } = require('../work/pretrain-model') as typeof import('../work/pretrain-model');
    await pretrainModel(values, createLog(values.logLevel));
  },
});
