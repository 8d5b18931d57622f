/**
 * Writes test/reference/lucene-terms.json: texts in which words are hard to tell, with the terms of Lucene's analyzer.
 *
 *   npx tsx tools/lucene-terms/make-fixture.ts --classpath JAR:FOLDER
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';

const TEXTS = [
  'the ® mark, © 2020 and ™ of Acme™',
  'thumbs 👍🏽 up, family 👨‍👩‍👧 and flag 🇩🇪 🇫🇷🇪🇸',
  'keycap 1️⃣ and #️⃣, heart ❤️ and ❤, flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿 of England',
  'zero\u200bwidth and soft\u00adhyphen, word\u2060joiner, ab\u200dcd, \ufeffmark',
  'İstanbul IŞIK ΟΔΟΣ ΣΊΣΥΦΟΣ straße ǅ K Å',
  'ภาษาไทยไม่มีช่องว่าง ລາວ ខ្មែរ မြန်မာ',
  '1٬234٫5 and 3,141.5; 10:30 1;2 a.b.c e.g. U.S.A. 3.x x.3',
  'eed eeds feed agreed ies sses ss s ing ed abyying yying flying',
  "don't O'Neill's dogs' it’s rock＇s 's s's",
  'snake_case _x_ __ a_1 ‿ カタカナ_カナ ﾊﾝｶｸ 漢字かな交じり文 한국어 조선말',
  'צה״ל ג\'ירף ח"כ עברית1',
  'x²y H₂O ½cup №5 Ⅷ ⅷ ①',
  'naïve cafe\u0301 a\u0308\u0301b e\u200d\u0301 \u0301x',
  'mail@example.org http://a.b/c?d=e#f C++ C# .NET R&D AT&T',
  'a\u0000b\u001bc\u0085d\u2028e\u2029f',
  'lone \ud83d surrogate \ude00 here',
  'x'.repeat(260) + ' ' + '😀'.repeat(200),
  'नमस्ते দুনিয়া தமிழ் ܫܠܡܐ አማርኛ ᏣᎳᎩ 𐐀𐐁 𝒳𝓎',
  'the The THE not No such',
  'running runs relational conditional hopping hoping sky happy y ying',
];

const { values } = parseArgs({ options: { classpath: { type: 'string' } } });
if (values.classpath === undefined) throw new Error('--classpath JAR:FOLDER is missing');

const inAscii = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

async function main(): Promise<void> {
  const input = TEXTS.map((text) => `${inAscii(text)}\n`).join('');
  const output = execFileSync('java', ['-cp', values.classpath!, 'LuceneTerms'], { input, encoding: 'utf8' });
  const answers = output.trimEnd().split('\n');
  const cases = TEXTS.map((text, at) => ({ text, terms: JSON.parse(answers[at]!) as string[] }));
  const file = path.join(__dirname, '../../test/reference/lucene-terms.json');
  writeFileSync(file, await format(JSON.stringify(cases, null, 1), { parser: 'json', printWidth: 120 }));
}

void main();
