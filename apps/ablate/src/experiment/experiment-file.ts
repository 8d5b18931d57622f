import { existsSync, readdirSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { parseAblation, type AblationSpec } from '@tsarank/ablation';
import { InputError, nearestName, readJson, readText } from '@tsarank/io';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';

/** Where this repository keeps its experiments. */
const EXPERIMENTS = path.resolve(__dirname, '../../../../experiments');
const FILE = /\.(ts|json)$/;

/** Names of the experiments, sorted. */
export function experimentNames(folder = EXPERIMENTS): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => FILE.test(name) && !/^project\.json$|\.(spec|d)\.ts$/.test(name))
    .map((name) => name.replace(FILE, ''))
    .sort();
}

/**
 * The spec that a name or a path stands for.
 *
 * @param others Words that may have been meant instead, such as the names of commands.
 * @throws {InputError} naming the nearest name of a misspelt one; for a file that declares no experiment.
 */
export function loadExperiment(nameOrPath: string, others: readonly string[] = [], folder = EXPERIMENTS): AblationSpec {
  if (FILE.test(nameOrPath) || nameOrPath.includes('/')) return readSpec(nameOrPath, path.resolve(nameOrPath));
  const names = experimentNames(folder);
  if (names.includes(nameOrPath)) {
    const file = [`${nameOrPath}.ts`, `${nameOrPath}.json`].map((name) => path.join(folder, name)).find(existsSync)!;
    return readSpec(file, file);
  }
  const near = nearestName(nameOrPath, [...names, ...others]);
  const hint = near
    ? `Did you mean "${near}"?`
    : `There are ${names.join(', ')}; the path of a .ts or .json file is taken too.`;
  throw new InputError({ message: `No experiment "${nameOrPath}". ${hint}` });
}

function readSpec(shown: string, file: string): AblationSpec {
  if (!existsSync(file)) throw new InputError({ file: shown, message: 'no such file' });
  if (file.endsWith('.json')) return parseAblation(withOrder(readJson(file), readText(file)), { file: shown });
  const specs = Object.values(requireFrom(file) as Record<string, unknown>).filter(looksLikeSpec);
  if (specs.length === 1) return parseAblation(specs[0], { file: shown });
  throw new InputError({
    file: shown,
    found: `${specs.length} exported experiments`,
    expected: 'one, made by defineAblation',
  });
}

/** A module outside the workspace finds the workspace's libraries as one inside does. */
function requireFrom(file: string): unknown {
  const resolver = Module as unknown as { _resolveFilename: (request: string, ...more: unknown[]) => string };
  const resolve = resolver._resolveFilename;
  resolver._resolveFilename = function (request, ...more) {
    const own = /^@tsarank\//.test(request) ? resolveOwn(request) : undefined;
    return own ?? resolve.call(this, request, ...more);
  };
  try {
    return require(file) as unknown;
  } finally {
    resolver._resolveFilename = resolve;
  }
}

function resolveOwn(request: string): string | undefined {
  try {
    return require.resolve(request);
  } catch {
    return undefined;
  }
}

/** JavaScript sorts keys that are whole numbers before all others: their order is taken from the text. */
function withOrder(spec: unknown, text: string): unknown {
  const tree = parseTree(text);
  const variants = tree && findNodeAtLocation(tree, ['variants']);
  if (typeof spec !== 'object' || spec === null || 'order' in spec || variants?.type !== 'object') return spec;
  const names = variants.children?.map(({ children }) => String(children![0]!.value)) ?? [];
  return names.some((name) => /^\d+$/.test(name)) ? { ...spec, order: names } : spec;
}

function looksLikeSpec(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'variants' in value && 'baseline' in value;
}
