import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChosenDataset } from './dataset-name';
import type { FetchedSource } from './fetch-sources';

/** Stands in a fetched collection's folder: where it came from, its licence, how it is evaluated. */
export const PROVENANCE_FILE = 'dataset.json';

export function writeProvenance(
  folder: string,
  { dataset, name }: ChosenDataset,
  sources: readonly FetchedSource[],
): void {
  const { title, licence, homepage, notes, evaluation, documents, queries } = dataset;
  const provenance = {
    name,
    title,
    licence,
    homepage,
    published: { documents, queries },
    sources: sources.map(({ url, bytes, sha256, asPublished }) => ({ url, bytes, sha256, asPublished })),
    ...(evaluation && { evaluation }),
    ...(notes && { notes }),
  };
  writeFileSync(join(folder, PROVENANCE_FILE), `${JSON.stringify(provenance, null, 2)}\n`);
}
