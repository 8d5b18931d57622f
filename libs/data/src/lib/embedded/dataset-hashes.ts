import { baseTexts } from './base-texts';
import { cweCollection } from './cwe-collection';
import { factbookCollection } from './factbook-collection';
import { weakPairs } from './weak-pairs';

/** The embedded data sets by name. */
export type EmbeddedName = 'base-texts' | 'cwe' | 'factbook' | 'weak-pairs';

const EMBEDDED: Record<EmbeddedName, () => { readonly hash: string }> = {
  'base-texts': baseTexts,
  cwe: cweCollection,
  factbook: factbookCollection,
  'weak-pairs': weakPairs,
};

/** SHA-256 of the content of one embedded data set, in hexadecimal; reads no other. */
export function datasetHash(name: EmbeddedName): string {
  return EMBEDDED[name]().hash;
}

/** SHA-256 of the content of every embedded data set, by name; reads them all. */
export function datasetHashes(): Record<EmbeddedName, string> {
  const names = Object.keys(EMBEDDED) as EmbeddedName[];
  return Object.fromEntries(names.map((name) => [name, datasetHash(name)])) as Record<EmbeddedName, string>;
}
