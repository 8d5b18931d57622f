import { readJsonLines } from '@tsarank/io';
import { requireObject, requireString } from './line-fields';
import type { LinePlace } from './line-fields';

/** A text to be continued, with whatever other members its line had, in the line's order. */
export interface PromptRecord {
  readonly prompt: string;
  readonly [member: string]: unknown;
}

/** A line of a prompts file, and where it stands. */
export interface PlacedPrompt extends LinePlace {
  record: PromptRecord;
}

/**
 * Texts to be continued, from a JSON lines file: `{"prompt", …}` a line.
 *
 * @throws {InputError} naming file, line and field on the first line that has no such text.
 */
export function readPrompts(file: string): PlacedPrompt[] {
  return readJsonLines(file).map(({ value, line }) => {
    const place = { file, line };
    const object = requireObject(value, place);
    requireString(object, 'prompt', place);
    return { ...place, record: object as PromptRecord };
  });
}
