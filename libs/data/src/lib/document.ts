/** A text to be ranked. */
export interface Document {
  /** Empty where there is none. */
  title: string;
  text: string;
}

/**
 * What a model and an index see of a document.
 *
 * @example
 * documentText({ title: 'Cat', text: 'A pet.' }); // 'Cat A pet.'
 */
export function documentText({ title, text }: Document): string {
  return title === '' ? text : `${title} ${text}`;
}
