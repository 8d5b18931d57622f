import { InputError, nearestName } from '@tsarank/io';
import type { JsonObject, LinePlace } from './line-fields';

/** A format of JSON objects: what it is called in errors, and the fields by which it is known. */
export interface RecordFormat {
  /** As an error says it: "read as …". */
  readonly title: string;
  fits(object: JsonObject): boolean;
}

/**
 * Reads a part of a file as a format: an error says as which, for the file may have been another's.
 *
 * @throws {InputError} that of `read`, with the format's name behind it.
 */
export function readAs<T>(title: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { problem } = error;
    const said = `(read as ${title})`;
    const expected = problem.expected === undefined ? undefined : `${problem.expected} ${said}`;
    const message = expected === undefined ? `${problem.message ?? ''} ${said}`.trim() : problem.message;
    throw new InputError({ ...problem, expected, message });
  }
}

/**
 * The one format whose fields an object has.
 *
 * @param argument What names the format, for errors: `--corpus-format`.
 * @returns Undefined when it has those of none.
 * @throws {InputError} when it has those of several.
 */
export function formatOfRecord<Name extends string>(
  object: JsonObject,
  formats: Readonly<Partial<Record<Name, RecordFormat>>>,
  place: LinePlace,
  argument: string,
): Name | undefined {
  const names = (Object.keys(formats) as Name[]).filter((name) => formats[name]!.fits(object));
  if (names.length < 2) return names[0];
  throw ambiguous(place, 'fields', names, argument);
}

/** Of a line or object that can be read in several ways. */
export function ambiguous(place: LinePlace, what: string, names: readonly string[], argument: string): InputError {
  const found = `${what} that can be read as ${names.join(' and as ')}`;
  return new InputError({ ...place, found, expected: `one of them: ${argument} says which` });
}

/** @throws {InputError} when a format of that name isn't there. */
export function requireFormat<Name extends string>(format: string, names: readonly Name[], field = 'format'): Name {
  const known = names.find((name) => name === format);
  if (known !== undefined) return known;
  const near = nearestName(format, names);
  const found = `"${format}"${near === undefined ? '' : ` (did you mean ${near}?)`}`;
  throw new InputError({ field, found, expected: names.join(', ') });
}

/** The fields of an object, for an error about one of no known format. */
export function fieldsOf(object: JsonObject): string {
  const names = Object.keys(object);
  if (names.length === 0) return 'an object without fields';
  return `the fields ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
}
