import type { Tokenizer } from '@tsarank/tokenizer';

/** Tokens before the new ones that may decide how those are written: a space in front, a character of several tokens. */
const CONTEXT = 6;

/**
 * Text of tokens that come one by one, as what they add to the text before them: a space that a tokenizer drops at the beginning
 * of a text stays where the text goes on. Bytes of an unfinished character wait for the rest.
 */
export class TextStream {
  private readonly ids: number[];
  /** What is decoded begins here … */
  private from = 0;
  /** … and the tokens before this one are written. */
  private written: number;

  constructor(
    private readonly tokenizer: Pick<Tokenizer, 'decode'>,
    prompt: readonly number[],
  ) {
    this.ids = prompt.slice(-CONTEXT);
    this.written = this.ids.length;
  }

  /** What is certain by now and has not been given. */
  push(id: number): string {
    this.ids.push(id);
    const added = this.added();
    if (added === '' || added.endsWith('\uFFFD')) return '';
    this.from = this.written;
    this.written = this.ids.length;
    return added;
  }

  /** The rest, cut characters as U+FFFD. */
  end(): string {
    return this.written < this.ids.length ? this.added() : '';
  }

  private added(): string {
    const before = this.tokenizer.decode(this.ids.slice(this.from, this.written));
    return this.tokenizer.decode(this.ids.slice(this.from)).slice(before.length);
  }
}

/** What new tokens add to the text of a prompt. */
export function continuation(
  tokenizer: Pick<Tokenizer, 'decode'>,
  prompt: readonly number[],
  ids: readonly number[],
): string {
  const stream = new TextStream(tokenizer, prompt);
  return ids.map((id) => stream.push(id)).join('') + stream.end();
}
