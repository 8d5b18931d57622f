import { wordKey } from '../plain-text';
import { cweEntries } from './cwe-archive';
import { cveIdsIn, withoutReferences } from './cwe-text';
import { once } from './computed-once';

/** A vulnerability's description that serves as a query. */
export interface CweQuery {
  /** The first CVE id it is recorded with, `.2` and so on behind it where that has several texts. */
  queryId: string;
  text: string;
  /** The text's words; no two queries have the same. */
  key: string;
  /** CVE ids (or other references) it is recorded with or mentions. */
  references: string[];
  /** Entries it is recorded under, by its text or by one of its CVE ids. */
  docIds: string[];
}

/**
 * The recorded vulnerabilities as queries, in the archive's order; texts of the same words are one query. Left out
 * are texts of one word and those whose words stand in an entry's own prose ("weak encryption"): there they would be
 * read in training.
 */
export const cweQueries = once((): CweQuery[] => {
  const byKey = new Map<string, { text: string; references: Set<string>; docIds: Set<string> }>();
  const docIdsOf = new Map<string, Set<string>>();
  for (const { docId, examples } of cweEntries()) {
    for (const { reference, description } of examples) {
      const text = withoutReferences(description);
      const key = wordKey(text);
      const query = byKey.get(key) ?? { text, references: new Set<string>(), docIds: new Set<string>() };
      [reference, ...cveIdsIn(description)].forEach((id) => query.references.add(id));
      query.docIds.add(docId);
      byKey.set(key, query);
      if (isCve(reference)) docIdsOf.set(reference, (docIdsOf.get(reference) ?? new Set()).add(docId));
    }
  }
  const inProse = proseContains();
  const timesUsed = new Map<string, number>();
  return [...byKey]
    .filter(([key]) => key.includes(' ') && !inProse(key))
    .map(([key, { text, references, docIds }]) => {
      const first = [...references][0]!;
      const times = (timesUsed.get(first) ?? 0) + 1;
      timesUsed.set(first, times);
      references.forEach((reference) => docIdsOf.get(reference)?.forEach((docId) => docIds.add(docId)));
      const queryId = times === 1 ? first : `${first}.${times}`;
      return { queryId, text, key, references: [...references], docIds: [...docIds] };
    });
});

function isCve(reference: string): boolean {
  return reference.startsWith('CVE-');
}

/** Whether words stand, in this order and with nothing between, in what any entry says of itself. */
function proseContains(): (key: string) => boolean {
  const passages = cweEntries().flatMap(({ name, description, prose }) => [name, description, ...prose]);
  const keys = [...new Set(passages)].map((passage) => wordKey(withoutReferences(passage)));
  const neighbours = new Set(keys.flatMap(neighbouringWords));
  const text = keys.map((key) => ` ${key} `).join('\n');
  // The set of neighbours rules nearly every key out without a search through the text.
  return (key) => neighbouringWords(key).every((pair) => neighbours.has(pair)) && text.includes(` ${key} `);
}

function neighbouringWords(key: string): string[] {
  const words = key.split(' ');
  return words.slice(1).map((word, index) => `${words[index]} ${word}`);
}
