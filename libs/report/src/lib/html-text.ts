/** Markup that is already safe. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type HtmlPart = Html | string | number | null | undefined | false | readonly HtmlPart[];

/**
 * Markup from a template: every value put in is escaped unless it is markup itself; lists are joined, null, undefined
 * and false leave nothing.
 *
 * @example
 * html`<b>${'a < b'}</b>`.text; // <b>a &lt; b</b>
 */
export function html(strings: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  return new Html(strings.map((string, at) => string + (at < parts.length ? markup(parts[at]) : '')).join(''));
}

function markup(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(markup).join('');
  return escapeHtml(String(part));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text safe between tags and inside quoted attributes; characters that HTML forbids become U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
  );
}

/** Keeps `p < 0.05` and `p = 0.032` on one line. */
export function unbroken(text: string): string {
  return text.replace(/\bp ([<=]) (?=\d)/g, 'p\u00a0$1\u00a0');
}
