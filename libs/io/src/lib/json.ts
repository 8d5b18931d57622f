import { InputError, type InputProblem } from './errors';

export interface ParseJsonOptions {
  /** A key that stands twice in an object: an error (default), or the last one counts. */
  duplicateKeys?: 'error' | 'last';
  /** Most objects and lists inside each other; default 1000. */
  levels?: number;
}

/**
 * A JSON value. `NaN` and infinities, which Python writes, are read as null: where one is used it is refused there.
 *
 * @param place Where the text stands, for errors.
 * @throws {InputError} naming what is no JSON, and a key that stands twice.
 */
export function parseJson(
  text: string,
  place: Pick<InputProblem, 'file' | 'line' | 'field'> = {},
  { duplicateKeys = 'error', levels = 1000 }: ParseJsonOptions = {},
): unknown {
  if (isDeeper(text, levels))
    throw new InputError({ ...place, found: `JSON of more than ${levels} levels`, expected: 'fewer' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    value = withoutPythonNumbers(text, error, place);
  }
  if (duplicateKeys === 'error' && countMembers(value) !== countKeys(text)) {
    const found = duplicateKey(text);
    if (found) {
      const line = place.line ?? found.line;
      throw new InputError({
        ...place,
        line,
        field: found.key,
        found: 'the key a second time',
        expected: 'every key once',
      });
    }
  }
  return value;
}

function withoutPythonNumbers(
  text: string,
  error: unknown,
  place: Pick<InputProblem, 'file' | 'line' | 'field'>,
): unknown {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (part) =>
    part.startsWith('"') ? part : 'null',
  );
  try {
    if (plain !== text) return JSON.parse(plain);
  } catch {
    // The first error tells more.
  }
  throw new InputError({ ...place, message: `not JSON (${(error as Error).message})` });
}

/** Whether a text opens more objects and lists inside each other: parsing them takes sixty times their bytes. */
function isDeeper(text: string, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      at = endOfString(text, at);
      if (at < 0) return false;
    } else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      if (depth > levels) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return false;
}

/** Members of all objects in a value. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) {
    let sum = 0;
    for (const item of value) if (typeof item === 'object') sum += countMembers(item);
    return sum;
  }
  let sum = 0;
  for (const key in value) {
    sum += 1;
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === 'object') sum += countMembers(member);
  }
  return sum;
}

/** Strings of a JSON text that a colon follows. Long strings cost nothing: the search for their end is the system's. */
function countKeys(text: string): number {
  let keys = 0;
  for (let start = text.indexOf('"'); start >= 0;) {
    let end = endOfString(text, start);
    if (end < 0) break;
    for (end += 1; isSpace(text.charCodeAt(end)); end += 1);
    if (text.charCodeAt(end) === 0x3a) keys += 1;
    start = text.indexOf('"', end);
  }
  return keys;
}

/** Where the quote that closes a string stands. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes += 1;
    if (escapes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;

/** The first key that stands twice in its object, and its line from 1. */
function duplicateKey(text: string): { key: string; line: number } | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === '{') open.push(new Set());
    // A key belongs to the object around it: what an array holds is of an object inside it, or none.
    else if (unit === '}') open.pop();
    else if (unit === '"') {
      const end = endOfString(text, at);
      const raw = text.slice(at, end + 1);
      let next = end + 1;
      while (isSpace(text.charCodeAt(next))) next += 1;
      if (text.charAt(next) === ':') {
        const key = JSON.parse(raw) as string;
        const keys = open.at(-1)!;
        if (keys.has(key)) return { key, line: text.slice(0, at).split('\n').length };
        keys.add(key);
      }
      at = end;
    }
  }
  return undefined;
}
