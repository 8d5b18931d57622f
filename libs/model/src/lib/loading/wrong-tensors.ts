import { InputError } from '@tsarank/io';
import type { TensorSource } from '../containers/tensor-source';

const LISTED = 5;

/** Tensors of a file that are not as they should be, by name. */
export interface WrongTensors {
  missing: readonly string[];
  unexpected: readonly string[];
  /** As misshapenTensors describes them. */
  misshapen: readonly string[];
}

/** @throws {InputError} listing the first of each kind, if there are any. */
export function refuseWrongTensors(file: string, { missing, unexpected, misshapen }: WrongTensors): void {
  const problems = [
    listed('missing tensors', missing),
    listed('unexpected tensors', unexpected),
    listed('tensors of another shape', misshapen),
  ];
  const message = problems.filter((problem) => problem !== '').join('; ');
  if (message !== '') throw new InputError({ file, message });
}

/**
 * Those of a file's tensors whose shape is not the one expected, with both shapes.
 *
 * @param homes Names in the file by names in the model.
 * @param shapes By names in the model.
 */
export function misshapenTensors(
  homes: ReadonlyMap<string, string>,
  { entries }: Pick<TensorSource, 'entries'>,
  shapes: ReadonlyMap<string, readonly number[]>,
): string[] {
  return [...homes].flatMap(([name, stored]) => {
    const found = entries.get(stored)!.shape.join(', ');
    const expected = shapes.get(name)!.join(', ');
    return found === expected ? [] : [`${stored} [${found}], expected [${expected}]`];
  });
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `${what}: ${names.slice(0, LISTED).join(', ')}${rest}`;
}
