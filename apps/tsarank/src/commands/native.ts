import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { optionalPath } from '../options/shared-options';

export const native = defineCommand({
  name: 'native',
  describe:
    'Provide the TensorFlow engine: a prebuilt binding, or one compiled here against the library of a Python wheel',
  options: {
    rebuild: { describe: 'Compile even if a binding works already', type: 'boolean', default: false },
    'cache-directory': optionalPath(
      'cache-directory',
      'Where downloads and builds are kept (default ~/.cache/tsarank)',
    ),
  },
  run: async (values) => {
    const { provideNative } = require('../work/provide-native') as typeof import('../work/provide-native');
    await provideNative(values, createLog(values.logLevel));
  },
});
