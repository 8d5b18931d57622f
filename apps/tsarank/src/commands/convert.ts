import type { Options } from 'yargs';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { oneOf } from '../options/option-values';
import { modelOption, overwriteOption, requiredPath } from '../options/shared-options';
import { requireNoModel, requireWritableModelFolder } from '../writable';

const options = {
  model: modelOption,
  out: requiredPath('out', 'Model folder to write'),
  overwrite: overwriteOption,
  precision: {
    describe: 'Number format of the weights written: float32, float16, bfloat16',
    default: 'float32',
    requiresArg: true,
    coerce: oneOf('precision', ['float32', 'float16', 'bfloat16']),
  },
} as const satisfies Record<string, Options>;

export const convert = defineCommand({
  name: 'convert',
  describe: 'Save a model of any form as a Hugging Face folder with safetensors',
  options,
  examples: [
    ['$0 convert --model model.gguf --out folder --precision bfloat16', 'from GGUF to safetensors of half the size'],
  ],
  run: async (values) => {
    requireWritableModelFolder(values.out, 'out', [values.model]);
    if (!values.overwrite) requireNoModel(values.out, 'out');
    const { convertModel } = require('../work/convert-model') as typeof import('../work/convert-model');
    await convertModel(values, createLog(values.logLevel));
  },
});
