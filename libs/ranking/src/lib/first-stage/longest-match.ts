/** A regular expression over numbered symbols: adds its states to an automaton and returns the state where it ends. */
export type Pattern = (automaton: Automaton, from: number) => number;

/** One symbol of a set. */
export function symbol(set: ReadonlySet<number>): Pattern {
  return (automaton, from) => {
    const to = automaton.state();
    automaton.steps[from]!.push({ set, to });
    return to;
  };
}

/** One pattern after another. */
export function sequence(...patterns: readonly Pattern[]): Pattern {
  return (automaton, from) => patterns.reduce((state, pattern) => pattern(automaton, state), from);
}

/** One of several patterns. */
export function either(...patterns: readonly Pattern[]): Pattern {
  return (automaton, from) => {
    const to = automaton.state();
    for (const pattern of patterns) automaton.jumps[pattern(automaton, automaton.after(from))]!.push(to);
    return to;
  };
}

/** A pattern any number of times, not at all included. */
export function any(pattern: Pattern): Pattern {
  return (automaton, from) => {
    const start = automaton.after(from);
    automaton.jumps[pattern(automaton, start)]!.push(start);
    return automaton.after(start);
  };
}

/** A pattern once or more. */
export function some(pattern: Pattern): Pattern {
  return sequence(pattern, any(pattern));
}

/** A pattern once or not at all. */
export function optional(pattern: Pattern): Pattern {
  return either(pattern, sequence());
}

/** A non-deterministic automaton under construction; jumps cost no symbol. */
class Automaton {
  readonly steps: { set: ReadonlySet<number>; to: number }[][] = [];
  readonly jumps: number[][] = [];

  state(): number {
    this.jumps.push([]);
    return this.steps.push([]) - 1;
  }

  /** A new state that another one jumps to. */
  after(state: number): number {
    const next = this.state();
    this.jumps[state]!.push(next);
    return next;
  }

  /** The states that can be reached from some without a symbol, in order. */
  closure(states: Iterable<number>): number[] {
    const reached = new Set(states);
    for (const state of reached) for (const next of this.jumps[state]!) reached.add(next);
    return [...reached].sort((a, b) => a - b);
  }
}

/** A deterministic automaton. State 0 is where a match begins; -1 means that nothing can match any more. */
export interface LongestMatch {
  /** The state after a symbol: `next[state * symbols + symbol]`. */
  readonly next: Int16Array;
  /** By state: 1 where what has been read is a match. */
  readonly accepts: Uint8Array;
  readonly symbols: number;
}

/**
 * Builds the automaton that finds the longest match of a pattern, as a scanner generator does (a regular expression of
 * JavaScript takes the first alternative that fits, which need not be the longest).
 *
 * @param symbols How many symbols there are; they are numbered from 0.
 *
 * Source: Thompson 1968 (construction), Rabin and Scott 1959 (subsets).
 */
export function longestMatch(pattern: Pattern, symbols: number): LongestMatch {
  const automaton = new Automaton();
  const start = automaton.state();
  const end = pattern(automaton, start);
  const subsets = [automaton.closure([start])];
  const numbers = new Map([[String(subsets[0]), 0]]);
  const next: number[] = [];
  for (const subset of subsets) {
    const steps = subset.flatMap((state) => automaton.steps[state]!);
    for (let given = 0; given < symbols; given += 1) {
      const reached = automaton.closure(steps.filter(({ set }) => set.has(given)).map(({ to }) => to));
      const key = String(reached);
      if (reached.length > 0 && !numbers.has(key)) numbers.set(key, subsets.push(reached) - 1);
      next.push(numbers.get(key) ?? -1);
    }
  }
  const accepts = Uint8Array.from(subsets, (subset) => (subset.includes(end) ? 1 : 0));
  return { next: Int16Array.from(next), accepts, symbols };
}
