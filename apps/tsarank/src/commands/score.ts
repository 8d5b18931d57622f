import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { requiredPath } from '../options/shared-options';
import { scoringOptions } from '../scoring-options';
import { requireWritableFile } from '../writable';

export const score = defineCommand({
  name: 'score',
  describe: 'Score pairs of query and document by a causal language model, a classifier or an encoder-decoder model',
  options: {
    ...scoringOptions,
    pairs: requiredPath('pairs', 'Pairs: {"query","document", …} a line'),
    out: requiredPath('out', 'Scores to write: the same lines with "score" and without "document"'),
  },
  examples: [['$0 score --model tiny --pairs pairs.jsonl --out scores.jsonl', 'one score a line, in order']],
  run: async (values) => {
    requireWritableFile(values.out, 'out', [values.pairs]);
    const { scoreFile } = require('../work/score-file') as typeof import('../work/score-file');
    await scoreFile(values, createLog(values.logLevel));
  },
});
