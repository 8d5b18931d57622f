/**
 * Stand-in colours for drawing: plot options name these, and the finished SVG has the CSS variable of the same name
 * in their place (page-style.ts gives both themes their values). Each must be distinct, six lower-case hex digits.
 */
export const INK = {
  /** Text and axes. */
  ink: '#010101',
  muted: '#020202',
  grid: '#030303',
  /** The page behind the plot. */
  paper: '#040404',
  /** What the plot is about. */
  accent: '#050505',
  /** The second thing it shows. */
  second: '#060606',
  better: '#070707',
  worse: '#080808',
} as const;
