import { InputError, nearestName } from '@tsarank/io';
import { PARTS, type Dataset, type Part } from './catalog/dataset';
import { DATASETS } from './catalog/datasets';

const PREFIX = 'dataset:';

/** A collection as it was asked for, and which part of it. */
export interface ChosenDataset {
  dataset: Dataset;
  part: Part;
  /** The one spelling of the name, `dataset:trec-dl-2021@candidates`; without the part where it is the usual one. */
  name: string;
}

/** Whether the name of a collection is of this kind. */
export function isDatasetName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/**
 * The collection that a name means: `dataset:NAME` or `dataset:NAME@PART`. Case and punctuation don't matter, and
 * `beir/` may stand before it.
 *
 * @throws {InputError} when there is none, with the nearest name; when it has no such part.
 *
 * @example
 * parseDatasetName('dataset:NanoSciFact').dataset.name; // 'nano-scifact'
 */
export function parseDatasetName(given: string): ChosenDataset {
  const [named, wanted, ...more] = given.slice(PREFIX.length).split('@') as [string, ...string[]];
  const dataset = DATASETS.find((each) => spellings(each).includes(plain(named)));
  if (!isDatasetName(given) || dataset === undefined || more.length > 0) throw unknown(given, named);
  const parts = PARTS.filter((part) => dataset.parts[part] !== undefined);
  const part = parts.find((each) => each === (wanted ?? dataset.usualPart));
  if (part !== undefined) {
    const name = `${PREFIX}${dataset.name}${part === dataset.usualPart ? '' : `@${part}`}`;
    return { dataset, part, name };
  }
  const expected = parts.map((each) => `${PREFIX}${dataset.name}@${each}`).join(', ');
  throw new InputError({ message: `no part "${wanted}" of ${dataset.name}`, expected });
}

/** The collections of a family, where a name means one: `dataset:nano-beir`. */
export function familyOf(name: string): readonly Dataset[] | undefined {
  const wanted = name
    .slice(PREFIX.length)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  const found = DATASETS.filter(({ family }) => plainFamily(family) === wanted);
  return isDatasetName(name) && found.length > 0 ? found : undefined;
}

const plainFamily = (family: string): string => family.replace('-', '');

function spellings({ name, aliases = [] }: Dataset): string[] {
  return [plain(name), ...aliases];
}

function plain(name: string): string {
  // The accent of Touché apart from its letter.
  const letters = name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return letters.replace(/^nanobeir(?=.)/, 'nano').replace(/^beir(?=.)/, '');
}

function unknown(given: string, named: string): InputError {
  const bySpelling = new Map(DATASETS.flatMap((each) => spellings(each).map((spelling) => [spelling, each.name])));
  const near = nearestName(plain(named), [...bySpelling.keys()]);
  const hint = near === undefined ? '' : ` Did you mean "${PREFIX}${bySpelling.get(near)!}"?`;
  const names = DATASETS.map(({ name }) => name).join(', ');
  return new InputError({
    message:
      named === ''
        ? `A collection's name is missing. There are ${names}`
        : `No collection "${given}".${hint}${hint ? '' : ` There are ${names}`}`,
  });
}
