import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Item, ItemSchema, TimeSchema } from './generated/wandb-log_pb';

type ItemInit = MessageInitShape<typeof ItemSchema>;

/** Named values as the log holds them; `undefined` ones are left out. */
export function toItems(values: Readonly<Record<string, unknown>>): ItemInit[] {
  const items: ItemInit[] = [];
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) items.push({ key, valueJson: jsonText(value) });
  }
  return items;
}

/** JSON, with NaN and the infinities as the official client writes them: as texts. */
export function jsonText(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'number' && !Number.isFinite(member) ? String(member) : member,
  );
}

/** The values of items; a nested key becomes nested objects. */
export function fromItems(items: readonly Item[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { key, nestedKey, valueJson } of items) {
    const path = nestedKey.length > 0 ? nestedKey : [key];
    let at = values;
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    at[path[path.length - 1]!] = JSON.parse(valueJson) as unknown;
  }
  return values;
}

/** A moment, milliseconds since 1970, as the log holds it. */
export function toTime(ms: number): MessageInitShape<typeof TimeSchema> {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}
