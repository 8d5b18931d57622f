import { InputError, nearestName } from '@tsarank/io';

/** Turns what stood on the command line (or in the `--config` file) into a value. */
export type Coerce<T> = (given: unknown) => T;

/** A whole number of `least` or more. */
export function wholeNumber(field: string, least = 1): Coerce<number> {
  return (given) => {
    const value = asNumber(given);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InputError({ field, found: String(given), expected: `a whole number of ${least} or more` });
  };
}

/** A finite number of `least` or more (more than it, if `above`), and at most `most`. */
export function realNumber(
  field: string,
  { least = 0, most = Infinity, above = false }: { least?: number; most?: number; above?: boolean } = {},
): Coerce<number> {
  return (given) => {
    const value = asNumber(given);
    if (Number.isFinite(value) && value <= most && (above ? value > least : value >= least)) return value;
    const lower = above ? `above ${least}` : `of ${least} or more`;
    const expected = most === Infinity ? `a number ${lower}` : `a number ${lower}, ${most} at most`;
    throw new InputError({ field, found: String(given), expected });
  };
}

/** One of some names. */
export function oneOf<const Name extends string>(field: string, names: readonly Name[]): Coerce<Name> {
  return (given) => {
    const known = names.find((name) => name === given);
    if (known !== undefined) return known;
    const near = nearestName(String(given), names);
    throw new InputError({
      field,
      found: `"${String(given)}"${near === undefined ? '' : ` (did you mean ${near}?)`}`,
      expected: names.join(', '),
    });
  };
}

/** Text that is not empty: a path, a name. */
export function filledText(field: string, expected = 'a path'): Coerce<string> {
  return (given) => {
    if (typeof given === 'string' && given.trim() !== '') return given;
    throw new InputError({ field, found: JSON.stringify(given), expected });
  };
}

/**
 * Names with commas between them, or (from a `--config` file) a list, as one text without blanks; `all` stands for itself.
 *
 * @example
 * nameList('lora-targets', 'all-linear')('q_proj, v_proj'); // 'q_proj,v_proj'
 */
export function nameList(field: string, all: string): Coerce<string> {
  return (given) => {
    const names: unknown[] = Array.isArray(given)
      ? given
      : String(given)
          .split(',')
          .map((name) => name.trim());
    if (names.length > 0 && names.every((name) => typeof name === 'string' && /^[^,\s]+$/.test(name))) {
      const twice = names.find((name, index) => names.indexOf(name) < index);
      if (twice === undefined) return names.join(',');
      throw new InputError({ field, found: `${String(twice)} twice`, expected: 'each name once' });
    }
    throw new InputError({
      field,
      found: JSON.stringify(given),
      expected: `${all}, or names with commas between them`,
    });
  };
}

/**
 * `name=value,name=value` or (from a `--config` file) an object, over the values that stand where a name is not given.
 *
 * @example
 * namedNumbers('weights', { rank: 1, nextToken: 1 })('rank=0.5'); // { rank: 0.5, nextToken: 1 }
 */
export function namedNumbers<Name extends string>(
  field: string,
  defaults: Readonly<Record<Name, number>>,
): Coerce<Record<Name, number>> {
  const names = Object.keys(defaults) as Name[];
  return (given) => {
    const values = { ...defaults } as Record<Name, number>;
    for (const [name, text] of entriesOf(field, given, names)) {
      oneOf(field, names)(name);
      values[name as Name] = realNumber(`${field}.${name}`)(text);
    }
    return values;
  };
}

function entriesOf(field: string, given: unknown, names: readonly string[]): [string, unknown][] {
  if (given !== null && typeof given === 'object' && !Array.isArray(given)) return Object.entries(given);
  const parts = String(given).split(',');
  const entries = parts.map((part): [string, string] => {
    const match = /^\s*([^=]+?)\s*=\s*(\S+)\s*$/.exec(part);
    if (match !== null) return [match[1]!, match[2]!];
    const expected = names.map((name) => `${name}=1`).join(',');
    throw new InputError({ field, found: JSON.stringify(part), expected: `name=value pairs such as ${expected}` });
  });
  const twice = entries.find(([name], index) => entries.findIndex(([other]) => other === name) < index);
  if (twice !== undefined) throw new InputError({ field, found: `${twice[0]} twice`, expected: 'each name once' });
  return entries;
}

function asNumber(given: unknown): number {
  if (typeof given === 'number') return given;
  return typeof given === 'string' && given.trim() !== '' ? Number(given) : Number.NaN;
}
