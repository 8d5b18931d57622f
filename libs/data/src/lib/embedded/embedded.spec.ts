import { SPLITS } from '../readers/beir-folder';
import { documentText } from '../document';
import { cutAtWord, wordKey, wordsOf } from '../plain-text';
import { baseTexts } from './base-texts';
import { cweEntries } from './cwe-archive';
import { cweCollection } from './cwe-collection';
import { cweQueries } from './cwe-queries';
import { cweSplits } from './cwe-splits';
import { withoutReferences } from './cwe-text';
import { datasetHashes } from './dataset-hashes';
import { countries } from './factbook';
import { factbookCollection } from './factbook-collection';
import { weakPairs } from './weak-pairs';

const hidden = cweQueries().filter(({ queryId }) => cweSplits().get(queryId) !== 'train');
const train = cweQueries().filter(({ queryId }) => cweSplits().get(queryId) === 'train');

describe('cweCollection', () => {
  it('has the size that is documented', () => {
    const { documents, queries, qrels } = cweCollection();
    const sizes = SPLITS.map((split) => qrels.get(split)!.size);
    expect([documents.size, queries.size, ...sizes]).toEqual([964, 1998, 1477, 220, 301]);
  });

  it('grades the recorded entry 3 and its parents and children in the research view 1', () => {
    const { qrels } = cweCollection();
    const { queryId } = cweQueries().find(({ docIds }) => docIds.length === 1 && docIds[0] === 'CWE-131')!;
    const grades = qrels.get(cweSplits().get(queryId)!)!.get(queryId)!;
    expect(grades.get('CWE-131')).toBe(3);
    expect(grades.get('CWE-682')).toBe(1); // its parent in view 1000
    expect([...grades.values()].filter((grade) => grade === 3)).toHaveLength(1);
  });

  it('has relevant documents for every query, all of them in the collection', () => {
    const { documents, queries, qrels } = cweCollection();
    for (const [queryId, grades] of [...qrels.values()].flatMap((judged) => [...judged])) {
      expect(queries.get(queryId)!.length).toBeGreaterThan(0);
      expect(Math.max(...grades.values())).toBe(3);
      expect([...grades.keys()].every((docId) => documents.has(docId))).toBe(true);
    }
  });

  it('leaves no id in a query or a document', () => {
    const { documents, queries } = cweCollection();
    const texts = [...queries.values(), ...[...documents.values()].map(documentText)];
    expect(texts.filter((text) => /CWE-\d|CVE-\d|\uE000|\s\s|\(\s*\)[^\w]*\(/.test(text))).toEqual([]);
  });
});

describe('nothing of dev and test is seen in training', () => {
  it('no CVE id and no text is in two splits', () => {
    const trainReferences = new Set(train.flatMap(({ references }) => references));
    const trainKeys = new Set(train.map(({ key }) => key));
    expect(hidden.filter(({ key }) => trainKeys.has(key))).toEqual([]);
    expect(hidden.flatMap(({ references }) => references).filter((id) => trainReferences.has(id))).toEqual([]);
    const [dev, test] = ['dev', 'test'].map((split) =>
      hidden.filter(({ queryId }) => cweSplits().get(queryId) === split).flatMap(({ references }) => references),
    );
    expect(dev!.filter((id) => test!.includes(id))).toEqual([]);
  });

  it('no near-duplicate is in two splits', () => {
    const overlap = (a: Set<string>, b: Set<string>): number => {
      const shared = [...a].filter((word) => b.has(word)).length;
      return shared / (a.size + b.size - shared);
    };
    const trainWords = train.map(({ key }) => new Set(key.split(' ')));
    const tooNear = hidden.filter(({ key }) => {
      const words = new Set(key.split(' '));
      return trainWords.some((other) => overlap(words, other) >= 0.75);
    });
    expect(tooNear).toEqual([]);
  });

  it('no hidden query, original example or CVE id stands in a document, a weak pair or a base text', () => {
    const search = wordSearch(hiddenKeys());
    const documents = [...cweCollection().documents.values()].map(documentText);
    const pairs = weakPairs().flatMap(({ query, document }) => [query, document]);
    const training = [...new Set([...documents, ...pairs, ...baseTexts().map(({ text }) => text)])];
    expect(training.filter((text) => /CVE-\d/.test(text))).toEqual([]);
    expect(training.flatMap(search)).toEqual([]);
  });

  it('the search for hidden texts finds each that is put in', () => {
    const search = wordSearch(hiddenKeys());
    const missed = hidden.filter(({ text, key }) => !search(`Before; ${text.toUpperCase()} - after`).includes(key));
    expect(missed).toEqual([]);
  });

  it('no text of a held-out country is in a weak pair or a base text', () => {
    const heldOut = countries().filter((country) => country.heldOut);
    expect(heldOut).toHaveLength(30);
    const names = heldOut.map(({ name }) => `${name}: `);
    const asked = weakPairs().filter(({ query }) => names.some((name) => query.startsWith(name)));
    expect(asked).toEqual([]);
    expect(
      baseTexts().filter(({ text, source }) => source === 'factbook' && names.some((name) => text.startsWith(name))),
    ).toEqual([]);
    const trainKeys = new Set(weakPairs().map(({ document }) => wordKey(cutAtWord(document, 400))));
    const { documents } = factbookCollection();
    expect([...documents.values()].filter(({ text }) => trainKeys.has(wordKey(text)))).toEqual([]);
  });
});

describe('factbookCollection', () => {
  it('asks for fields of held-out countries by name, with passages of 60 to 400 characters', () => {
    const { documents, queries, qrels } = factbookCollection();
    expect(documents.size).toBeLessThanOrEqual(1500);
    expect(queries.size).toBe(300);
    expect(qrels.get('test')!.size).toBe(300);
    const lengths = [...documents.values()].map(({ text }) => text.length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(400);
    expect([...queries.values()].every((query) => /^[^:]+: ./.test(query))).toBe(true);
  });
});

describe('weakPairs and baseTexts', () => {
  it('hold pairs with text on both sides, in a mixed order', () => {
    const pairs = weakPairs();
    expect(pairs.length).toBeGreaterThan(15_000);
    expect(pairs.filter(({ query, document }) => query.trim() === '' || document.trim() === '')).toEqual([]);
    const entries = new Set(cweEntries().map(({ name }) => name));
    const first = pairs.slice(0, 3000);
    const factbook = first.filter(({ query }) => query.includes(': ')).length;
    const weaknesses = first.filter(({ query, document }) => entries.has(query) || entries.has(document)).length;
    expect(factbook).toBeGreaterThan(500);
    expect(weaknesses).toBeGreaterThan(100);
  });

  it('holds texts of all three sources', () => {
    const sources = new Set(baseTexts().map(({ source }) => source));
    expect(sources).toEqual(new Set(['wordnet', 'factbook', 'cwe']));
  });

  it('has the content that its hashes name', () => {
    expect(datasetHashes()).toMatchInlineSnapshot(`
     {
       "base-texts": "01afc3d2e585ff31f061992af6b56c35c1590cfac8111a97860da187f9de5076",
       "cwe": "2d301b34635e9a88ceb830f5415093fddfbfd35e89957f39c86433656a15fec9",
       "factbook": "72087957dcd20d62f88287ee2ebe60a8f96975891e2879cc3e2cd64fe6c66373",
       "weak-pairs": "aa5104f0e94233432dc067700725797a157757cac9a096f8ee185e2f67b67577",
     }
    `);
  });
});

/** Words of the hidden queries, and of their examples as the archive has them. */
function hiddenKeys(): string[] {
  const keys = new Set(hidden.map(({ key }) => key));
  const originals = cweEntries()
    .flatMap(({ examples }) => examples.map(({ description }) => description))
    .filter((description) => keys.has(wordKey(withoutReferences(description))));
  return [...keys, ...originals.map(wordKey)];
}

/** A function that lists the word sequences that stand in a text. */
function wordSearch(keys: readonly string[]): (text: string) => string[] {
  const sequences = keys.map((key) => key.split(' '));
  const byStart = new Map<string, string[]>();
  for (const words of sequences) {
    const start = words.slice(0, 2).join(' ');
    byStart.set(start, [...(byStart.get(start) ?? []), words.join(' ')]);
  }
  return (text) => {
    const words = wordsOf(text);
    return words.flatMap((word, at) => {
      const possible = byStart.get(`${word} ${words[at + 1]}`) ?? [];
      return possible.filter((key) => words.slice(at, at + key.split(' ').length).join(' ') === key);
    });
  };
}
