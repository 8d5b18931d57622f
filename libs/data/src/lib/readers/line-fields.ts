import { InputError } from '@tsarank/io';
import { isTrecId } from './table-lines';

/** Where a JSON object stands in a file. */
export interface LinePlace {
  file: string;
  /** From 1. */
  line: number;
}

export type JsonObject = Record<string, unknown>;

/** What a JSON value is, in the words of an error message. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'array';
  return typeof value;
}

/** @throws {InputError} naming file and line when the value is not a JSON object. */
export function requireObject(value: unknown, place: LinePlace, field?: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError({ ...place, field, found: kindOf(value), expected: 'a JSON object' });
  }
  return value as JsonObject;
}

/** @throws {InputError} naming file, line and field when the member is not a string. */
export function requireString(object: JsonObject, key: string, place: LinePlace, field = key): string {
  const value = object[key];
  if (typeof value !== 'string') {
    throw new InputError({ ...place, field, found: kindOf(value), expected: 'string' });
  }
  return value;
}

/** A string with at least one character that is not white space. @throws {InputError} otherwise. */
export function requireText(object: JsonObject, key: string, place: LinePlace, field = key): string {
  const text = requireString(object, key, place, field);
  if (text.trim() === '') {
    throw new InputError({ ...place, field, found: 'an empty string', expected: 'text' });
  }
  return text;
}

/** A string that may be missing or null, which is the empty one. @throws {InputError} for anything else. */
export function optionalString(object: JsonObject, key: string, place: LinePlace, field = key): string {
  return object[key] === undefined || object[key] === null ? '' : requireString(object, key, place, field);
}

export interface IdOptions {
  /** Whether ids with white space, which a TREC file can't hold, are errors. */
  forTrec?: boolean;
}

/** Of an id that holds white space. */
export function wrongTrecId(place: LinePlace, field: string, id: string): InputError {
  return new InputError({
    ...place,
    field,
    found: JSON.stringify(id),
    expected: 'an id without white space: a TREC run can hold no other',
  });
}

/** An id: a non-empty string, or a whole number, which is read as its digits. @throws {InputError} otherwise. */
export function requireId(object: JsonObject, key: string, place: LinePlace, { forTrec }: IdOptions = {}): string {
  const value = object[key];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') {
    throw new InputError({ ...place, field: key, found: kindOf(value), expected: 'string or whole number' });
  }
  if (value === '') throw new InputError({ ...place, field: key, found: 'an empty string', expected: 'an id' });
  if (forTrec && !isTrecId(value)) throw wrongTrecId(place, key, value);
  return value;
}

/** @throws {InputError} naming file, line and field when the member is not an array with at least one item. */
export function requireItems(object: JsonObject, key: string, place: LinePlace, expected: string): unknown[] {
  const value = object[key];
  if (!Array.isArray(value) || value.length === 0) {
    throw new InputError({ ...place, field: key, found: kindOf(value), expected });
  }
  return value;
}
