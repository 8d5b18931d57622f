/** C0 but tab, line feed and a carriage return in front of one, DEL, C1, and the marks that turn the direction of what follows. */
const CONTROLS =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?!\n)/g;
/** User and password of an address. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/**
 * Text as it may go to a terminal: control characters as escapes, so that an id, a name or a message from a file can't move
 * the cursor, hide text or change the title; addresses without user and password. Tabs and line ends stay.
 *
 * Every command prints through this, once, where it prints; files are written as they are.
 *
 * @example
 * printable('\u001b[31mq1'); // \u{1b}[31mq1
 * printable('redis://user:secret@host'); // redis://***@host
 */
export function printable(text: string): string {
  return withoutCredentials(text).replace(CONTROLS, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Text whose addresses name neither user nor password. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1***@');
}
