import { print } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { wholeNumber } from '../options/option-values';
import { modelOption } from '../options/shared-options';

export const inspect = defineCommand({
  name: 'inspect',
  describe:
    'Say what a model is, which commands take it, or why none does, and what memory it needs, without loading its weights',
  options: {
    model: modelOption,
    'top-layers': {
      describe: 'Blocks that train, for the memory of training; 0 all weights (default: several)',
      requiresArg: true,
      coerce: wholeNumber('top-layers', 0),
    },
    json: { describe: 'JSON', type: 'boolean', default: false },
  },
  examples: [['$0 inspect --model tiny', 'architecture, commands, sizes, files, contract, memory']],
  run: async (values) => {
    const work = require('../work/inspect-model') as typeof import('../work/inspect-model');
    const { formatModel } = require('../work/format-model') as typeof import('../work/format-model');
    const report = await work.inspectModel(values, createLog(values.logLevel));
    print(values.json ? `${JSON.stringify(report, null, 2)}\n` : formatModel(report));
  },
});
