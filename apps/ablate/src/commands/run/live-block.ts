import type { ProgressStream } from '@tsarank/io';

/** Lines at the end of a terminal that are drawn over in place. */
export interface LiveBlock {
  draw(lines: readonly string[]): void;
  /** Takes them away; what is written next stands in their place. */
  clear(): void;
}

/** Each line is cut to the terminal's width, since one that wraps could not be drawn over. */
export function liveBlock(stream: ProgressStream): LiveBlock {
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) stream.write(`${'\u001b[1A\u001b[2K'.repeat(drawn)}\r`);
    drawn = 0;
  };
  return {
    clear,
    draw(lines) {
      const width = Math.max(1, (stream.columns ?? 80) - 1);
      const up = drawn > 0 ? `\u001b[${drawn}A` : '';
      // Drawn in one writing and each line cleared to its end only: no flicker.
      const text = lines.map((line) => `${[...line].slice(0, width).join('')}\u001b[K\n`).join('');
      const rest = drawn > lines.length ? '\u001b[J' : '';
      stream.write(`${up}\r${text}${rest}`);
      drawn = lines.length;
    },
  };
}
