import type { FieldReader } from '../../model-config';

/**
 * The window of every block: `layer_types` where it is given, else what `slides` says, each sliding block with the
 * same `sliding_window`.
 *
 * @param slides Whether a block slides where the file has no `layer_types`.
 * @throws {InputError} when the list has another length or an entry that is not built, or blocks slide by no width.
 */
export function readWindows(
  fields: FieldReader,
  window: number | null,
  slides: (layer: number) => boolean,
): (number | null)[] {
  const layers = fields.count('num_hidden_layers');
  const types = fields.list('layer_types');
  if (types && types.length !== layers) throw fields.wrong('layer_types', types, `${layers} entries, one a layer`);
  return Array.from({ length: layers }, (_, layer) => {
    const type = types ? types[layer] : slides(layer) ? 'sliding_attention' : 'full_attention';
    if (type === 'full_attention') return null;
    if (type !== 'sliding_attention') throw fields.wrong('layer_types', type, 'full_attention or sliding_attention');
    if (window === null) throw fields.wrong('layer_types', type, 'full_attention, as no sliding_window is in use');
    return window;
  });
}

/** `sliding_window` as a number of tokens, or null. */
export function readWindow(fields: FieldReader): number | null {
  return fields.has('sliding_window') ? fields.count('sliding_window') : null;
}
