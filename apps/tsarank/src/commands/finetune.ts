import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { namedNumbers, oneOf, realNumber, wholeNumber } from '../options/option-values';
import { optionalPath, requiredPath } from '../options/shared-options';
import { trainingOptions } from '../options/training-options';
import { requireWritableFile, requireWritableModelFolder } from '../writable';

const options = {
  ...trainingOptions({ learningRate: 3e-5, warmupRatio: 0.03, batchSize: 1, unit: 'groups' }),
  groups: requiredPath('groups', 'Groups: {"query","documents":[positive, negative, …]} a line, or the published form'),
  reference: optionalPath('reference', 'Frozen model of the difference penalty (default: --model as it is at first)'),
  negatives: {
    describe: 'Negatives a group (default: all where "documents" are given, 47 in the published form)',
    requiresArg: true,
    coerce: wholeNumber('negatives'),
  },
  'duplicate-negatives': {
    describe: 'Fill groups with too few negatives by drawing with replacement, as published',
    type: 'boolean',
    default: false,
  },
  weights: {
    describe: 'Weights of the three losses; one that is not named is 1',
    default: 'rank=1,nextToken=1,differencePenalty=1',
    requiresArg: true,
    coerce: namedNumbers('weights', { rank: 1, nextToken: 1, differencePenalty: 1 }),
  },
  temperature: {
    describe: 'Divides scores before the softmax over a group',
    default: 0.001,
    requiresArg: true,
    coerce: realNumber('temperature', { above: true }),
  },
  'score-transform': {
    describe: 'What the rank loss sees of a mean log-probability: exp (as published), identity',
    default: 'exp',
    requiresArg: true,
    coerce: oneOf('score-transform', ['exp', 'identity']),
  },
  'kl-rows': {
    describe: 'Rows of the difference penalty: all (padding too, as published), real, query',
    default: 'real',
    requiresArg: true,
    coerce: oneOf('kl-rows', ['all', 'real', 'query']),
  },
} as const satisfies Record<string, Options>;

export const finetune = defineCommand({
  name: 'finetune',
  describe: 'Stage two: each positive against its negatives, near to the model of stage one',
  options,
  examples: [['$0 finetune --model stage-one --groups groups.jsonl --out reranker --top-layers 2', 'two blocks train']],
  run: async (values) => {
    const inputs = values.reference === undefined ? [values.model] : [values.model, values.reference];
    requireWritableModelFolder(values.out, 'out', inputs);
    if (values.log !== undefined) requireWritableFile(values.log, 'log', [values.groups]);
    const { finetuneModel } = require('../work/finetune-model') as typeof import('../work/finetune-model');
    await finetuneModel(values, createLog(values.logLevel));
  },
});
