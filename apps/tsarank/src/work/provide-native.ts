import { print } from '@tsarank/io';
import type { Progress } from '@tsarank/io';
import { installNative } from '@tsarank/tensor';
import type { Log } from '../log';

/** Provides the TensorFlow engine, and says on standard output what it is. */
export async function provideNative(
  { rebuild, cacheDirectory }: { rebuild: boolean; cacheDirectory?: string },
  log: Log,
): Promise<void> {
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
  print(`tensorflow ${version}, ${gflops.toFixed(1)} GFLOP/s: ${bindingFile}\n`);
}
