import { Random } from '@tsarank/random';
import type { CollectionTexts } from './report-input';

/** Texts of different lengths; every fourth query has several relevant documents, one document has no title. */
export function inventedTexts(): CollectionTexts {
  const words =
    'an attacker may send <script>alert(1)</script> & crafted requests to the service, which reads beyond its buffer and discloses memory'.split(
      ' ',
    );
  const random = Random.fromSeed('texts');
  const text = (length: number): string =>
    Array.from({ length }, () => words[Math.floor(random.nextFloat() * words.length)]).join(' ');
  const documents = new Map(
    Array.from({ length: 40 }, (_, at) => [
      `CWE-${at}`,
      { title: at === 7 ? '' : `Weakness ${at} of <input>`, text: text(60) },
    ]),
  );
  const ids = Array.from({ length: 200 }, (_, at) => `CVE-${at}`);
  return {
    queries: new Map(ids.map((id, at) => [id, text(12 + (at % 9) * 12)])),
    documents,
    relevant: new Map(
      ids.map((id, at) => [id, Array.from({ length: at % 4 === 0 ? 5 : 1 }, (_, more) => `CWE-${(at + more) % 40}`)]),
    ),
  };
}
