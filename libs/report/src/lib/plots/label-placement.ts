export interface LabelledDot {
  /** Pixels, y downwards. */
  x: number;
  y: number;
  text: string;
}

export type LabelPosition = 'right' | 'left' | 'top' | 'bottom';

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Half a dot and the gap to its label, and a label's height and mean width of a character, in pixels. */
const RADIUS = 7;
const GAP = 9;
const HEIGHT = 14;
const CHARACTER = 6.2;

/**
 * Where each dot's label goes so that it covers no dot, no earlier label and no edge; undefined where it fits nowhere.
 * Earlier dots choose first; right is preferred, then left, above, below.
 */
export function placeLabels(dots: readonly LabelledDot[], area: Box): (LabelPosition | undefined)[] {
  const taken: Box[] = dots.map(({ x, y }) => ({
    left: x - RADIUS,
    right: x + RADIUS,
    top: y - RADIUS,
    bottom: y + RADIUS,
  }));
  return dots.map((dot) => {
    const found = (['right', 'left', 'top', 'bottom'] as const)
      .map((position) => ({ position, box: boxOf(dot, position) }))
      .find(({ box }) => inside(box, area) && !taken.some((other) => overlap(box, other)));
    if (!found) return undefined;
    taken.push(found.box);
    return found.position;
  });
}

function boxOf({ x, y, text }: LabelledDot, position: LabelPosition): Box {
  const width = text.length * CHARACTER;
  const left = position === 'right' ? x + GAP : position === 'left' ? x - GAP - width : x - width / 2;
  const top = position === 'top' ? y - GAP - HEIGHT : position === 'bottom' ? y + GAP : y - HEIGHT / 2;
  return { left, right: left + width, top, bottom: top + HEIGHT };
}

const inside = (box: Box, area: Box): boolean =>
  box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
