import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Random } from '@tsarank/random';
import { englishTerms } from '@tsarank/ranking';
import { longTexts, textsOfClasses, textsOfCodePoints, textsOfFiles, textsOfSuffixes } from './mixed-texts';

/**
 * Compares englishTerms with Lucene's analyzer over texts of files and made-up texts; prints what differs and exits with
 * 1 when anything does. How to run: README.md.
 */
const { values } = parseArgs({
  options: {
    classpath: { type: 'string' },
    data: { type: 'string', multiple: true, default: [] },
    draws: { type: 'string', default: '300000' },
    seed: { type: 'string', default: '0' },
    show: { type: 'string', default: '20' },
  },
});
if (values.classpath === undefined) throw new Error('--classpath JAR:FOLDER is missing');

const random = Random.fromSeed(Number(values.seed), 'lucene terms');
const sources: Record<string, () => Iterable<string>> = {
  ...Object.fromEntries(values.data.map((folder) => [folder, () => textsOfFiles(folder)])),
  'code points': textsOfCodePoints,
  'character classes': () => textsOfClasses(Number(values.draws), random),
  'long words': () => longTexts(Number(values.draws) / 100, random),
  suffixes: () => textsOfSuffixes(Number(values.draws) / 20, random),
};

async function compare(name: string, texts: Iterable<string>): Promise<number> {
  const java = spawn('java', ['-cp', values.classpath!, 'LuceneTerms'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: string[] = [];
  const counts = { texts: 0, terms: 0, different: 0 };
  const answers = (async () => {
    for await (const line of createInterface({ input: java.stdout })) {
      const text = waiting[counts.texts]!;
      waiting[counts.texts] = '';
      counts.texts += 1;
      const theirs = JSON.parse(line) as string[];
      const ours = englishTerms(text);
      counts.terms += theirs.length;
      if (ours.length === theirs.length && ours.every((term, index) => term === theirs[index])) continue;
      counts.different += 1;
      if (counts.different > Number(values.show)) continue;
      const first = theirs.findIndex((term, index) => term !== ours[index]);
      const at = first < 0 ? theirs.length : first;
      console.log(
        JSON.stringify({
          text: text.slice(0, 120),
          at,
          lucene: theirs.slice(at, at + 3),
          ours: ours.slice(at, at + 3),
        }),
      );
    }
  })();
  for (const text of texts) {
    waiting.push(text);
    if (!java.stdin.write(`${inAscii(text)}\n`)) await once(java.stdin, 'drain');
  }
  java.stdin.end();
  await answers;
  if (counts.texts !== waiting.length) throw new Error(`${waiting.length} texts got ${counts.texts} answers`);
  console.log(`${name}: ${counts.texts} texts, ${counts.terms} terms, ${counts.different} texts differ`);
  return counts.different;
}

function inAscii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

async function main(): Promise<void> {
  let different = 0;
  for (const [name, texts] of Object.entries(sources)) different += await compare(name, texts());
  process.exitCode = different === 0 ? 0 : 1;
}

void main();
