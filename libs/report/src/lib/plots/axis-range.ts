import { INK } from './plot-svg';

/** The ends of an axis. */
export interface Range {
  min: number;
  max: number;
}

/** From the least to the greatest value, and a share of that on either side. */
export function rangeOf(values: readonly number[], share: number): Range {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const room = (max - min || Math.abs(max) * 0.1 || 0.01) * share;
  return { min: min - room, max: max + room };
}

/** On which side of an axis a value lies beyond it. */
export function outside(value: number, { min, max }: Range): 'below' | 'above' | undefined {
  return value < min ? 'below' : value > max ? 'above' : undefined;
}

/**
 * A text at the edge of a plot, for what lies beyond its axis.
 *
 * @param at Where: a distance in pixels from a side of the drawing across the axis.
 */
export function edgeNote(
  text: string,
  at: { left?: number; right?: number },
  side: 'below' | 'above',
  upright = false,
) {
  const [before, behind] = upright ? ['↓ ', '↑ '] : ['← ', '→ '];
  const vertical = !upright ? { top: 4 } : side === 'below' ? { bottom: 52 } : { top: 2 };
  return {
    type: 'text' as const,
    silent: true,
    ...at,
    ...vertical,
    style: { text: `${side === 'below' ? before : behind}${text}`, fill: INK.second, fontSize: 11 },
  };
}
