import { hashedCollection, SPLITS } from '../readers/beir-folder';
import type { HashedCollection } from '../readers/beir-folder';
import type { Document } from '../document';
import type { Qrels } from '../readers/qrels';
import { wordKey } from '../plain-text';
import { cweEntries } from './cwe-archive';
import type { CweEntry } from './cwe-archive';
import { cweQueries } from './cwe-queries';
import { cweSplits } from './cwe-splits';
import { withoutReferences } from './cwe-text';
import { once } from './computed-once';

/** Grades: the entry that a vulnerability is recorded under, and that entry's parents and children. */
const RECORDED = 3;
const RELATED = 1;

/**
 * The embedded in-domain collection: descriptions of real vulnerabilities as queries, the entries of the Common
 * Weakness Enumeration (name and description) as documents. Grade 3 is an entry that the vulnerability is recorded
 * under, grade 1 such an entry's parents and children in the research view. Splits train, dev and test share no
 * text, no near-duplicate and no CVE id.
 *
 * Source: npm package cwe-sdk 1.1.19 (CWE 4.15, MITRE).
 */
export const cweCollection = once((): HashedCollection => {
  const documents = new Map(cweEntries().map((entry) => [entry.docId, documentOf(entry)]));
  const neighbours = relations(documents);
  const queries = new Map<string, string>();
  const qrels = new Map<string, Qrels>(SPLITS.map((split) => [split, new Map()]));
  for (const { queryId, text, docIds } of cweQueries()) {
    const related = docIds.flatMap((docId) => [...(neighbours.get(docId) ?? [])]);
    const grades = new Map(docIds.map((docId) => [docId, RECORDED]));
    for (const docId of related) if (!grades.has(docId)) grades.set(docId, RELATED);
    queries.set(queryId, text);
    qrels.get(cweSplits().get(queryId)!)!.set(queryId, grades);
  }
  return hashedCollection({ name: 'cwe', documents, queries, qrels });
});

/** Sentences that repeat one of the entry's own examples are dropped, as are ids. */
function documentOf({ name, description, examples }: CweEntry): Document {
  const exampleKeys = examples.map(({ description: example }) => wordKey(withoutReferences(example)));
  const sentences = withoutReferences(description).split(/(?<=[.!?])\s+/);
  const kept = sentences.filter((sentence) => !exampleKeys.includes(wordKey(sentence)));
  return { title: name, text: kept.join(' ') };
}

/** Parents and children of each entry, those that the archive has. */
function relations(documents: ReadonlyMap<string, Document>): Map<string, Set<string>> {
  const neighbours = new Map<string, Set<string>>([...documents.keys()].map((docId) => [docId, new Set<string>()]));
  for (const { docId, parents } of cweEntries()) {
    for (const parent of parents) {
      neighbours.get(parent)?.add(docId);
      if (documents.has(parent)) neighbours.get(docId)!.add(parent);
    }
  }
  return neighbours;
}
