import { readFileSync } from 'node:fs';
import { InputError } from './errors';

/** A parsed line of a JSON lines file. */
export interface JsonLine {
  value: unknown;
  /** Line number in the file, from 1. */
  line: number;
}

/**
 * A whole text file as UTF-8, without a byte order mark.
 *
 * @throws {InputError} when the file is missing, a folder, or not readable.
 */
export function readText(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError({ file, message: readFailure(error) });
  }
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * A file holding one JSON value.
 *
 * @throws {InputError} naming the file when it is missing or not JSON.
 */
export function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError({ file, message: `not JSON (${(error as Error).message})` });
  }
}

/**
 * Every line of a JSON lines file; empty lines are passed over, CRLF is accepted.
 *
 * @throws {InputError} naming file and line of the first line that is not JSON, or the file when it holds no line.
 */
export function readJsonLines(file: string): JsonLine[] {
  const lines: JsonLine[] = [];
  readText(file)
    .split('\n')
    .forEach((text, index) => {
      if (text.trim() === '') return;
      try {
        lines.push({ value: JSON.parse(text), line: index + 1 });
      } catch (error) {
        throw new InputError({ file, line: index + 1, message: `not JSON (${(error as Error).message})` });
      }
    });
  if (lines.length === 0) throw new InputError({ file, found: 'an empty file', expected: 'one JSON object a line' });
  return lines;
}

/** What a failed file access means, in words. */
export function readFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'is a folder, expected a file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return (error as Error).message;
}
