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
 * and false leave nothing. The template's own line breaks and indents count as one space, as a browser reads them, and as
 * none before the end of a tag; values keep theirs.
 *
 * @example
 * html`<b>${'a < b'}</b>`.text; // <b>a &lt; b</b>
 */
export function html(strings: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  let texts = compact.get(strings);
  if (!texts)
    compact.set(strings, (texts = strings.map((text) => text.replace(/\s*\n\s*(>?)/g, (_, end) => end || ' '))));
  return new Html(texts.map((text, at) => text + (at < parts.length ? markup(parts[at]) : '')).join(''));
}

const compact = new WeakMap<TemplateStringsArray, readonly string[]>();

function markup(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(markup).join('');
  return escapeHtml(String(part));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** C0 and C1 controls that HTML forbids, and the overrides that turn the direction of what follows. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202d\u202e]/g;

/** Control characters and overrides of direction as U+FFFD, for text that is escaped already. */
export const withoutControls = (text: string): string => text.replace(FORBIDDEN, '\ufffd');

/** Text safe between tags and inside quoted attributes; control characters become U+FFFD. */
export function escapeHtml(text: string): string {
  return withoutControls(text.replace(/[&<>"']/g, (character) => ENTITIES[character]!));
}

/** Keeps `p < 0.05` and `p = 0.032` on one line. */
export function unbroken(text: string): string {
  return text.replace(/\bp ([<=]) (?=\d)/g, 'p\u00a0$1\u00a0');
}
