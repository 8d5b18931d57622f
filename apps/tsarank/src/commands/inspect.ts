import { InputError, print } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { wholeNumber } from '../options/option-values';
import { modelOption } from '../options/shared-options';

export const inspect = defineCommand({
  name: 'inspect',
  argument: { name: 'folder', describe: 'The model, as --model names it', optional: true },
  describe: 'Say what a model is, which commands can load it, its size and its memory needs (reads no weights)',
  options: {
    model: { ...modelOption, demandOption: false },
    'top-layers': {
      describe: 'Blocks that train, for the memory of training; 0 all weights (default: several)',
      requiresArg: true,
      coerce: wholeNumber('top-layers', 0),
    },
    json: { describe: 'JSON', type: 'boolean', default: false },
  },
  examples: [['$0 inspect tiny', 'architecture, commands, sizes, files, contract, memory']],
  run: async (values) => {
    const work = require('../work/inspect-model') as typeof import('../work/inspect-model');
    const { formatModel } = require('../work/format-model') as typeof import('../work/format-model');
    const model = modelOf(values['folder'] as string | undefined, values.model);
    const report = await work.inspectModel({ ...values, model }, createLog(values.logLevel));
    print(values.json ? `${JSON.stringify(report, null, 2)}\n` : formatModel(report));
  },
});

function modelOf(argument: string | undefined, option: string | undefined): string {
  if (argument !== undefined && option !== undefined) {
    throw new InputError({ field: 'model', found: `${argument} and ${option}`, expected: 'one model' });
  }
  const model = argument ?? option;
  if (!model) throw new InputError({ message: 'inspect needs a model: a folder, a .gguf file, hf:org/name or tiny' });
  return model;
}
