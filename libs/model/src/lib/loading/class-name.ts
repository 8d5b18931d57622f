/** The first of `architectures` in a `config.json`: Hugging Face's class of the model that was saved. */
export function className(raw: Readonly<Record<string, unknown>>): string | undefined {
  const names = raw['architectures'];
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}
