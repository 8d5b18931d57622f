import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, makeDirectory, publishDirectory, waitForLock, WorkError } from '@tsarank/io';
import type { Recipe } from './catalog/dataset';
import { parseDatasetName, type ChosenDataset } from './dataset-name';
import type { DatasetSettings } from './dataset-settings';
import type { FetchDatasetOptions } from './fetch-options';
import { fetchSources, releaseSources, type FetchedSource } from './fetch-sources';
import { LAYOUTS } from './layouts';
import { PROVENANCE_FILE, writeProvenance } from './provenance';

const DAY_MS = 86_400_000;

/**
 * A published collection in BEIR's layout, fetched unless it is there: downloads are resumed and checked by hash, and the
 * folder appears whole or not at all, with `dataset.json` saying where it came from.
 *
 * @param name `dataset:NAME` or `dataset:NAME@PART`.
 * @returns The folder.
 * @throws {InputError} when there is no such collection.
 * @throws {WorkError} when it can't be had, the disk is full, or what came has another hash.
 */
export async function fetchDataset(name: string, options: FetchDatasetOptions): Promise<string> {
  const chosen = parseDatasetName(name);
  const folder = folderOf(chosen, options.settings);
  if (isComplete(folder)) return folder;
  if (options.settings.hub.offline) {
    throw new WorkError(
      `${chosen.name} is not in ${options.settings.cacheDirectory}, and HF_HUB_OFFLINE is set; unset it, or run \`tsarank fetch ${chosen.name}\` elsewhere and copy ${folder}`,
    );
  }
  requireCache(options.settings);
  const corpusOf = recipeOf(chosen).corpusOf;
  const corpusFolder = corpusOf === undefined ? undefined : await fetchDataset(`dataset:${corpusOf}`, options);
  const lock = await waitForLock(join(options.settings.cacheDirectory, '.locks', chosen.dataset.name), {
    waitMs: options.lockWaitMs ?? DAY_MS,
  });
  try {
    if (!isComplete(folder)) await fetchAndLayOut(chosen, folder, corpusFolder, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    const message = `the disk of ${options.settings.cacheDirectory} is full; make room, or name another folder in TSARANK_DATASETS_CACHE, then run the same command again`;
    throw new WorkError(message, { cause: error });
  } finally {
    lock.release();
  }
  return folder;
}

/**
 * Where a collection lies, without the network; undefined where it isn't.
 *
 * @throws {InputError} when there is no such collection.
 */
export function cachedDataset(name: string, settings: DatasetSettings): string | undefined {
  const folder = folderOf(parseDatasetName(name), settings);
  return isComplete(folder) ? folder : undefined;
}

/**
 * The folder of a fetched collection that has its documents, for those who are about to read it.
 *
 * @throws {InputError} when there is no such collection, it wasn't fetched, or without its passages; says what to do.
 */
export function requireDataset(name: string, settings: DatasetSettings): string {
  const chosen = parseDatasetName(name);
  const folder = cachedDataset(name, settings);
  if (folder === undefined) {
    const found = `${chosen.name}, which is not in ${settings.cacheDirectory}`;
    throw new InputError({ found, expected: `a collection that \`tsarank fetch ${chosen.name}\` has fetched` });
  }
  if (existsSync(join(folder, 'corpus.jsonl'))) return folder;
  const { name: plain } = chosen.dataset;
  const expected = `dataset:${plain}@candidates, with the passages of the published candidates, or dataset:${plain}@all`;
  throw new InputError({ found: `${chosen.name}, which has no passages`, expected });
}

function folderOf({ name }: ChosenDataset, { cacheDirectory }: DatasetSettings): string {
  return join(cacheDirectory, name.slice('dataset:'.length));
}

function isComplete(folder: string): boolean {
  return existsSync(join(folder, PROVENANCE_FILE));
}

function recipeOf({ dataset, part }: ChosenDataset): Recipe {
  return dataset.parts[part]!;
}

function requireCache({ cacheDirectory }: DatasetSettings): void {
  try {
    makeDirectory(cacheDirectory);
  } catch (error) {
    const message = `can't be written (${(error as Error).message}); TSARANK_DATASETS_CACHE may name another folder`;
    throw new InputError({ file: cacheDirectory, message });
  }
}

async function fetchAndLayOut(
  chosen: ChosenDataset,
  folder: string,
  corpusFolder: string | undefined,
  options: FetchDatasetOptions,
): Promise<void> {
  const { log = () => undefined } = options;
  removeUnfinished(folder);
  const sources = await fetchSources(chosen, options);
  const files = Object.fromEntries(sources.map(({ role, file }) => [role, file]));
  log(`laying out ${folder}`);
  try {
    await publishDirectory(folder, async (temporary) => {
      const { layout } = recipeOf(chosen);
      await LAYOUTS[layout]({ files, part: chosen.part, folder: temporary, corpusFolder, log });
      writeProvenance(temporary, chosen, sources);
    });
  } catch (error) {
    throw error instanceof InputError ? unsound(chosen, error, sources) : error;
  }
  releaseSources(sources);
}

/** What came is what its server vouches for, and still not what the collection should be: nobody's input is wrong. */
function unsound({ name }: ChosenDataset, error: InputError, sources: readonly FetchedSource[]): WorkError {
  releaseSources(sources);
  return new WorkError(`${name}: ${error.message}; its download is removed, and the same command fetches it anew`, {
    cause: error,
  });
}

/** What a killed process left beside the folder. */
function removeUnfinished(folder: string): void {
  const parent = join(folder, '..');
  const prefix = `.${folder.slice(parent.length + 1)}.part-`;
  for (const entry of readdirSync(parent)) {
    if (entry.startsWith(prefix)) rmSync(join(parent, entry), { recursive: true, force: true });
  }
}
