import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeDirectory, WorkError } from '@tsarank/io';
import { lastLines, runProgram } from './run-program';

/** Sources that belong to this library rather than to tfjs-node. */
const ownSources = resolve(__dirname, '..', '..', '..', 'native');

export interface CompileBindingOptions {
  /** The npm package's folder, with `binding/*.cc`. */
  packageDirectory: string;
  /** The folder with the two libraries and `include/`. */
  libraryDirectory: string;
  /** Where the binding goes; `quiet.node` is put beside it. */
  bindingFile: string;
  /** A C++17 compiler. Default `g++`. */
  compiler?: string;
  /** The folder with `node_api.h`; default: found beside the running Node. */
  nodeHeaders?: string;
}

/**
 * Compiles the package's own sources against libtensorflow (about 12 s).
 *
 * @throws {WorkError} naming what is missing: the compiler or Node's headers; or with the compiler's last words.
 */
export async function compileBinding(options: CompileBindingOptions): Promise<void> {
  const { packageDirectory, libraryDirectory, bindingFile, compiler = 'g++' } = options;
  const headers = options.nodeHeaders ?? findNodeHeaders();
  const sources = join(packageDirectory, 'binding');
  const common = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', `-I${headers}`];
  const library = resolve(libraryDirectory);

  makeDirectory(dirname(bindingFile));
  await compile(compiler, [...common, join(ownSources, 'quiet.cc')], join(dirname(bindingFile), 'quiet.node'));
  await compile(
    compiler,
    [
      ...common,
      ...[`-I${sources}`, `-I${join(library, 'include')}`],
      ...readdirSync(sources).flatMap((name) => (name.endsWith('.cc') ? [join(sources, name)] : [])),
      ...['cc', 'framework'].map((part) => join(library, `libtensorflow_${part}.so.2`)),
      `-Wl,-rpath,${library}`,
    ],
    bindingFile,
  );
}

async function compile(compiler: string, args: readonly string[], output: string): Promise<void> {
  const temporary = `${output}.${process.pid}.part`;
  const { status, stderr } = await runProgram(compiler, [...args, '-o', temporary]);
  if (status === 0) return renameSync(temporary, output);
  rmSync(temporary, { force: true });
  if (status === undefined)
    throw new WorkError(`the C++ compiler ${compiler} is missing (Debian and Ubuntu: apt-get install g++)`);
  throw new WorkError(`${compiler} failed:\n${lastLines(stderr)}`);
}

/**
 * The headers that come with Node: `include/node` beside its `bin`, or where distributions put them.
 *
 * @throws {WorkError} when they are nowhere.
 */
export function findNodeHeaders(executable: string = process.execPath): string {
  const places = [join(dirname(executable), '..', 'include', 'node'), '/usr/include/node', '/usr/include/nodejs/src'];
  const found = places.find((place) => existsSync(join(place, 'node_api.h')));
  if (found === undefined)
    throw new WorkError(
      `Node's headers are missing (node_api.h, looked for in ${places.join(', ')}); they come with Node's own ` +
        'archives, or with the package libnode-dev',
    );
  return found;
}
