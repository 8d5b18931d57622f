import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkError, acquireLock } from '@tsarank/io';
import { installNative } from './install-native';
import { packageBindingFile, packageDirectory } from './binding-files';
import { tensorflowVersion, wheelFor } from '../wheels/wheel';

const directory = packageDirectory('@tensorflow/tfjs-node');
const buildable = directory !== undefined && process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
const onLinux = buildable ? it : it.skip;

let cacheDirectory: string;
beforeEach(() => (cacheDirectory = mkdtempSync(join(tmpdir(), 'native-'))));
afterEach(() => rmSync(cacheDirectory, { recursive: true }));

onLinux('a build that fails says why and leaves the binding that is there', async () => {
  const library = join(cacheDirectory, `libtensorflow-${tensorflowVersion}-${wheelFor().platformTag}`, 'tensorflow');
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, 'libtensorflow_cc.so.2'), '');
  const own = packageBindingFile(directory!);
  const before = existsSync(own) ? realpathSync(own) : undefined;
  const lines: string[] = [];

  const installation = installNative({
    log: (line) => lines.push(line),
    cacheDirectory,
    rebuild: true,
    compiler: 'no-such-compiler',
    nodeHeaders: cacheDirectory,
  });
  await expect(installation).rejects.toThrow('the C++ compiler no-such-compiler is missing');
  expect(lines[0]).toContain('is in the cache');
  expect(existsSync(own) ? realpathSync(own) : undefined).toBe(before);
});

onLinux('two installations at once are refused', async () => {
  const lock = acquireLock(cacheDirectory);
  await expect(installNative({ log: () => undefined, cacheDirectory })).rejects.toThrow(WorkError);
  lock.release();
});
