import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '@tsarank/io';
import { packageBindingFile } from './binding-files';
import { lastLines, runProgram } from './run-program';

/**
 * The package's own installation: its script downloads a binding and an older libtensorflow into the package's folder.
 * Its host is asked first, and briefly, because many networks block it.
 *
 * @returns undefined when the binding is there, else why it isn't.
 */
export async function installPrebuilt(packageDirectory: string, timeoutMs = 5000): Promise<string | undefined> {
  try {
    const response = await fetch(prebuiltUrl(packageDirectory), {
      method: 'HEAD',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return `HTTP status ${response.status}`;
  } catch (error) {
    return reasonOf(error);
  }
  const { status, stderr } = await runProgram(process.execPath, [join('scripts', 'install.js')], {
    cwd: packageDirectory,
    pathPrefix: join(packageDirectory, '..', '..', '.bin'),
  });
  const file = packageBindingFile(packageDirectory);
  if (status === 0 && existsSync(file)) return undefined;
  rmSync(file, { force: true });
  return status === 0 ? 'the download brought no binding' : lastLines(stderr, 1);
}

/** The address as the package's own manifest and `scripts/get-addon-name.js` put it together. */
function prebuiltUrl(packageDirectory: string): string {
  const { version, binary } = require(join(packageDirectory, 'package.json')) as {
    version: string;
    binary: { host: string; remote_path: string };
  };
  const addonName = `CPU-${process.platform === 'win32' ? 'windows' : process.platform}-${version}.${process.platform === 'win32' ? 'zip' : 'tar.gz'}`;
  const path = binary.remote_path.replace('{napi_build_version}', '8').replace('{version}', version);
  return `${binary.host}/${path.replace(/^\.\//, '')}${addonName}`;
}
