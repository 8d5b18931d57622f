import { InputError } from '@tsarank/io';
import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { oneOf, realNumber } from '../options/option-values';
import { optionalPath, requiredPath } from '../options/shared-options';
import { requireNewFolder } from '../writable';

const share = (split: 'train' | 'dev' | 'test', value: number) =>
  ({
    describe: `Share of the judged queries that go to ${split}`,
    default: value,
    requiresArg: true,
    coerce: realNumber(split, { most: 1 }),
  }) as const;

const options = {
  collection: optionalPath('collection', 'Folder with corpus.jsonl, queries.jsonl and one file of judgments in qrels/'),
  corpus: optionalPath('corpus', 'Documents, instead of those of --collection'),
  queries: optionalPath('queries', 'Queries, instead of those of --collection'),
  qrels: optionalPath('qrels', 'Judgments, instead of those of --collection'),
  out: requiredPath('out', 'New folder to write'),
  train: share('train', 0.8),
  dev: share('dev', 0.1),
  test: share('test', 0.1),
  overlap: {
    describe:
      'Queries stay in one part when their sets of words overlap so far (intersection over union); 1: only those of the same words',
    default: 0.75,
    requiresArg: true,
    coerce: realNumber('overlap', { above: true, most: 1 }),
  },
  'keep-apart': {
    describe:
      'queries: queries that say the same are in one part, documents may be relevant in several, as usual in retrieval. ' +
      'documents: queries that share a relevant document are in one part too, so that no answer of a test query was trained on; ' +
      'where documents answer many queries this ties most of them together',
    default: 'queries',
    requiresArg: true,
    coerce: oneOf('keep-apart', ['queries', 'documents']),
  },
} as const satisfies Record<string, Options>;

export const split = defineCommand({
  name: 'split',
  describe:
    'Divide the judged queries of a collection among train, dev and test, and write a folder in the layout of BEIR',
  options,
  examples: [
    ['$0 split --collection cranfield --out cranfield-parts', '80, 10 and 10 percent'],
    [
      '$0 split --corpus c.jsonl --queries q.tsv --qrels qrels.txt --out parts --dev 0 --test 0.2',
      'train and test alone',
    ],
  ],
  run: async (values) => {
    const { train, dev, test } = values;
    if (Math.abs(train + dev + test - 1) > 1e-9) {
      const found = `--train ${train} --dev ${dev} --test ${test}, together ${Number((train + dev + test).toFixed(6))}`;
      throw new InputError({ field: 'train', found, expected: 'shares that add up to 1' });
    }
    requireNewFolder(values.out, 'out');
    const { splitCollection } = require('../work/split-collection') as typeof import('../work/split-collection');
    await splitCollection(values, createLog(values.logLevel));
  },
});
