import { InputError } from '@tsarank/io';
import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { corpusFormat, groupsFormat, queriesFormat } from '../options/data-formats';
import { refuseIgnored } from '../options/ignored-options';
import { namedNumbers, oneOf, realNumber, wholeNumber } from '../options/option-values';
import { optionalPath, requiredPath } from '../options/shared-options';
import { settleTraining, trainingOptions } from '../options/training-options';
import { requireTrainingPlaces } from './training-places';

const defaults = { learningRate: 3e-5, warmupRatio: 0.03, batchSize: 1, unit: 'groups' } as const;

const options = {
  ...trainingOptions(defaults),
  groups: requiredPath(
    'groups',
    'Training groups, {"query","documents":[positive, negative, …]} per line, or another form (docs/formats.md)',
  ),
  'groups-format': groupsFormat,
  corpus: optionalPath('corpus', 'Documents, where the groups name them by id'),
  'corpus-format': corpusFormat,
  queries: optionalPath('queries', 'Queries, where the groups name them by id'),
  'queries-format': queriesFormat,
  reference: {
    ...optionalPath('reference', 'Frozen reference model of the difference penalty'),
    defaultDescription: '--model before training',
  },
  negatives: {
    describe: 'Negatives per group; a group that has fewer takes all it has',
    defaultDescription: 'all; of published passages at most 47',
    requiresArg: true,
    coerce: wholeNumber('negatives'),
  },
  'duplicate-negatives': {
    describe: 'Fill groups that have too few negatives by drawing with replacement, as published',
    type: 'boolean',
    default: false,
  },
  weights: {
    describe: 'Weights of the three losses; a loss that is not named has weight 1',
    default: 'rank=1,nextToken=1,differencePenalty=1',
    requiresArg: true,
    coerce: namedNumbers('weights', { rank: 1, nextToken: 1, differencePenalty: 1 }),
  },
  temperature: {
    describe: 'Temperature of the rank loss: scores are divided by it before the softmax over a group',
    defaultDescription: '0.001',
    requiresArg: true,
    coerce: realNumber('temperature', { above: true }),
  },
  'score-transform': {
    describe: 'Scores in the rank loss: exp of the mean log-probability (as published), identity',
    defaultDescription: '"exp"',
    requiresArg: true,
    coerce: oneOf('score-transform', ['exp', 'identity']),
  },
  'kl-rows': {
    describe: 'Tokens that the difference penalty counts: real, query, all (with padding, as published)',
    defaultDescription: '"real"',
    requiresArg: true,
    coerce: oneOf('kl-rows', ['all', 'real', 'query']),
  },
} as const satisfies Record<string, Options>;

export const finetune = defineCommand({
  name: 'finetune',
  describe: 'Stage two: contrastive fine-tuning with a KL penalty towards the stage-one model',
  options,
  examples: [['$0 finetune --model stage-one --groups groups.jsonl --out reranker --top-layers 2', 'two blocks train']],
  run: async (given) => {
    requireUsed(given);
    const values = {
      ...settleTraining(given, defaults),
      temperature: given.temperature ?? 0.001,
      scoreTransform: given.scoreTransform ?? ('exp' as const),
      klRows: given.klRows ?? ('real' as const),
    };
    const { model, reference, groups, corpus, queries, out, log } = values;
    requireTrainingPlaces({ out, log, inputs: { model, reference, groups, corpus, queries } });
    const { finetuneModel } = require('../work/finetune-model') as typeof import('../work/finetune-model');
    await finetuneModel(values, createLog(values.logLevel));
  },
});

interface GivenFinetuneValues {
  corpus?: string;
  corpusFormat?: string;
  queries?: string;
  queriesFormat?: string;
  weights: Record<'rank' | 'nextToken' | 'differencePenalty', number>;
  order: 'given' | 'shuffled';
  duplicateNegatives: boolean;
  negatives?: number;
  temperature?: number;
  scoreTransform?: string;
  reference?: string;
  klRows?: string;
}

/** @throws {InputError} where no loss has a weight, or an option would change nothing. */
function requireUsed(given: GivenFinetuneValues): void {
  const { weights, order, duplicateNegatives, negatives, temperature, scoreTransform, reference, klRows } = given;
  if (Object.values(weights).every((weight) => weight === 0)) {
    throw new InputError({ field: 'weights', found: 'only zeros', expected: 'at least one weight above 0' });
  }
  const unranked = weights.rank === 0;
  const free = weights.differencePenalty === 0;
  const noRank = 'with --weights rank=0';
  const noPenalty = 'with --weights differencePenalty=0';
  // The next-token loss reads positives alone.
  const positivesAlone = 'with --weights rank=0,differencePenalty=0';
  refuseIgnored([
    {
      option: 'corpus-format',
      given: given.corpus === undefined && given.corpusFormat !== undefined,
      when: 'without --corpus',
    },
    {
      option: 'queries-format',
      given: given.queries === undefined && given.queriesFormat !== undefined,
      when: 'without --queries',
    },
    { option: 'temperature', given: unranked && temperature !== undefined, when: noRank },
    { option: 'score-transform', given: unranked && scoreTransform !== undefined, when: noRank },
    { option: 'reference', given: free && reference !== undefined, when: noPenalty },
    { option: 'kl-rows', given: free && klRows !== undefined, when: noPenalty },
    { option: 'negatives', given: unranked && free && negatives !== undefined, when: positivesAlone },
    { option: 'duplicate-negatives', given: unranked && free && duplicateNegatives, when: positivesAlone },
    {
      option: 'duplicate-negatives',
      given: duplicateNegatives && order === 'given',
      when: 'with --order given, which draws nothing',
    },
  ]);
}
