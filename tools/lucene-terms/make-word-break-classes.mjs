/**
 * Writes libs/ranking/src/lib/first-stage/word-break-classes.json: for every code point, to which sets of Lucene's
 * StandardTokenizer grammar it belongs. That grammar is fixed to Unicode 12.1, so the table doesn't follow Node's own
 * version of Unicode.
 *
 *   npm install --no-save --ignore-scripts unicode-12.1.0@0.8.0
 *   node tools/lucene-terms/make-word-break-classes.mjs
 */
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';

const CODE_POINTS = 0x110000;

const require = createRequire(import.meta.url);
const property = (name) => new Set(require(`unicode-12.1.0/${name}/code-points.js`));
const wordBreak = (value) => property(`Word_Break/${value}`);
const emoji = (value) => property(`Binary_Property/${value}`);
const union = (...sets) => new Set(sets.flatMap((set) => [...set]));
const without = (set, ...others) => new Set([...set].filter((point) => !others.some((other) => other.has(point))));
const between = (first, last) => new Set(Array.from({ length: last - first + 1 }, (_, offset) => first + offset));
const characters = (text) => new Set([...text].map((character) => character.codePointAt(0)));

const hebrew = wordBreak('Hebrew_Letter');
const singleQuote = wordBreak('Single_Quote');
const midNumLet = wordBreak('MidNumLet');
const zwj = wordBreak('ZWJ');
const regional = wordBreak('Regional_Indicator');
const keycapBase = characters('0123456789#*');
const modifier = emoji('Emoji_Modifier');
const accidental = characters('©®™\u3030\u303D');
const presentation = characters('\uFE0E\uFE0F');
const attached = union(wordBreak('Format'), wordBreak('Extend'), zwj);

const sets = {
  letter: union(wordBreak('ALetter'), hebrew),
  hebrew,
  digit: wordBreak('Numeric'),
  katakana: wordBreak('Katakana'),
  betweenLetters: union(wordBreak('MidLetter'), midNumLet, singleQuote),
  betweenDigits: union(wordBreak('MidNum'), midNumLet, singleQuote),
  connector: wordBreak('ExtendNumLet'),
  singleQuote,
  doubleQuote: wordBreak('Double_Quote'),
  attached,
  attachedToEmoji: without(attached, presentation),
  emojiPresentation: characters('\uFE0F'),
  joiner: zwj,
  han: property('Script/Han'),
  hiragana: property('Script/Hiragana'),
  southEastAsian: property('Line_Break/Complex_Context'),
  regionalIndicator: regional,
  keycapBase,
  keycap: characters('\u20E3'),
  emoji: union(emoji('Extended_Pictographic'), without(emoji('Emoji'), regional, keycapBase, accidental, modifier)),
  emojiModifierBase: emoji('Emoji_Modifier_Base'),
  emojiModifier: modifier,
  tag: between(0xe0020, 0xe007e),
  tagEnd: between(0xe007f, 0xe007f),
};

const classes = new Map();
const runs = [];
for (let point = 0; point < CODE_POINTS; point += 1) {
  const key = Object.keys(sets)
    .filter((name) => sets[name].has(point))
    .join(' ');
  if (!classes.has(key)) classes.set(key, classes.size);
  const of = classes.get(key);
  if (runs.at(-1)?.of === of) runs.at(-1).length += 1;
  else runs.push({ of, length: 1 });
}
const lines = runs
  .map(({ of, length }) => `${length.toString(36)}.${of.toString(36)}`)
  .join(' ')
  .match(/.{1,110}(?: |$)/g)
  .map((line) => line.trim());
const table = {
  source: 'Unicode 12.1 (Word_Break, Line_Break, Script, emoji data); made by tools/lucene-terms',
  classes: [...classes.keys()].map((key) => (key === '' ? [] : key.split(' '))),
  runs: lines,
};
const file = new URL('../../libs/ranking/src/lib/first-stage/word-break-classes.json', import.meta.url);
writeFileSync(file, await format(JSON.stringify(table), { parser: 'json', printWidth: 120 }));
console.log(`${classes.size} classes, ${runs.length} runs`);
