import type { Progress } from '@tsarank/io';
import { defineCommand } from '../define-command';
import { createLog } from '../log';
import { optionalPath } from '../options';

export const native = defineCommand({
  name: 'native',
  describe: 'Provide the TensorFlow engine: a prebuilt binding, or one compiled here against the library of a Python wheel',
  options: {
    rebuild: { describe: 'Compile even if a binding works already', type: 'boolean', default: false },
    'cache-directory': optionalPath('cache-directory', 'Where downloads and builds are kept (default ~/.cache/tsarank)'),
  },
  run: async ({ rebuild, cacheDirectory, logLevel }) => {
    const log = createLog(logLevel);
    const { installNative } = require('@tsarank/tensor') as typeof import('@tsarank/tensor');
    let progress: Progress | undefined;
    const { bindingFile, version, gflops } = await installNative({
      rebuild,
      cacheDirectory,
      log: log.info,
      onProgress: (done, total) => {
        progress ??= log.progress('bytes', total ?? done);
        progress.update(done);
      },
    });
    process.stdout.write(`tensorflow ${version}, ${gflops.toFixed(1)} GFLOP/s: ${bindingFile}\n`);
  },
});
