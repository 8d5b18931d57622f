import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Random } from '@tsarank/random';

const { classes, runs } = JSON.parse(
  readFileSync(path.join(__dirname, '../../libs/ranking/src/lib/first-stage/word-break-classes.json'), 'utf8'),
) as { classes: string[][]; runs: string[] };

/** Lines of every text file below a folder; a line of JSON counts by the texts in it, and as it stands. */
export function* textsOfFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) yield* textsOfFiles(file);
    else if (/\.(jsonl|json|tsv|txt|all|md)$/.test(name)) {
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        yield line;
        if (line.startsWith('{')) yield* textsIn(parsed(line));
      }
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* textsIn(part);
}

/** Every code point (of the planes that are empty or private, one in 97) alone and between characters of other kinds. */
export function* textsOfCodePoints(): Generator<string> {
  const around = ['a', '1', '_', '\u05d0', '\u30ab', '\u0e01', '\u4e00', '\u3042', '\ud55c', '\u{1f600}', '\u{1f1e6}'];
  for (let point = 0; point < 0x110000; point += inUse(point) ? 1 : 97) {
    const character = String.fromCodePoint(point);
    const between = around.map((other) => other + character + other).join(' ');
    yield `${character} ${character}${character} ${character}x x${character} ${between} X${character}'S`;
  }
}

const inUse = (point: number): boolean => point < 0x32000 || (point >= 0xe0000 && point < 0xe1000);

/** Every three character classes in a row, then drawn sequences of up to fourteen characters. */
export function* textsOfClasses(draws: number, random: Random): Generator<string> {
  const members = membersOfClasses();
  const drawn = (index: number): string => String.fromCodePoint(oneOf(members[index]!, random));
  for (const first of classes.keys()) {
    for (const second of classes.keys()) {
      yield [...classes.keys()].map((third) => drawn(first) + drawn(second) + drawn(third)).join('\n');
    }
  }
  for (let draw = 0; draw < draws; draw += 1) {
    const length = 1 + random.nextInt(14);
    yield Array.from({ length }, () => drawn(random.nextInt(classes.length))).join('');
  }
}

/** Words longer than the 255 units of a token, of one to three classes. */
export function* longTexts(draws: number, random: Random): Generator<string> {
  const members = membersOfClasses();
  for (let draw = 0; draw < draws; draw += 1) {
    const kinds = Array.from({ length: 1 + random.nextInt(3) }, () => random.nextInt(classes.length));
    const length = 100 + random.nextInt(700);
    yield Array.from({ length }, () => String.fromCodePoint(oneOf(members[oneOf(kinds, random)]!, random))).join('');
  }
}

function oneOf<T>(items: readonly T[], random: Random): T {
  return items[random.nextInt(items.length)]!;
}

/** Up to 400 code points of each class, spread over its ranges. */
function membersOfClasses(): number[][] {
  const members: number[][] = classes.map(() => []);
  let point = 0;
  for (const run of runs.flatMap((line) => line.split(' '))) {
    const [length, index] = run.split('.').map((digits) => parseInt(digits, 36)) as [number, number];
    for (const offset of new Set([0, length >> 1, length - 1])) {
      if (members[index]!.length < 400) members[index]!.push(point + offset);
    }
    point += length;
  }
  return members;
}

const SUFFIXES = (
  ' s es ies sses ss eed ed ing y ational tional enci anci izer abli bli alli entli eli ousli ization ation ator alism iveness ' +
  'fulness ousness aliti iviti biliti logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ' +
  "ment ent sion tion ion ou ism ate iti ous ive ize e le ll 's"
).split(' ');

/** Made-up words: every beginning of up to four of ten letters with every suffix, drawn ones, and two suffixes. */
export function* textsOfSuffixes(draws: number, random: Random): Generator<string> {
  let beginnings = [''];
  for (let length = 0; length <= 4; length += 1) {
    for (const beginning of beginnings) yield SUFFIXES.map((suffix) => beginning + suffix).join(' ');
    beginnings = beginnings.flatMap((beginning) => [...'aeybstlzw1'].map((letter) => beginning + letter));
  }
  for (const first of SUFFIXES) {
    for (const second of SUFFIXES)
      yield ['', 'b', 'ab', 'bab', 'abab', 'y', 'yb'].map((b) => b + first + second).join(' ');
  }
  const letters = [...'abcdefghijklmnopqrstuvwxyzaeiouyyé\u{10428}'];
  for (let draw = 0; draw < draws; draw += 1) {
    const beginning = Array.from({ length: 1 + random.nextInt(7) }, () => oneOf(letters, random)).join('');
    yield SUFFIXES.map((suffix) => beginning + suffix).join(' ');
  }
}
