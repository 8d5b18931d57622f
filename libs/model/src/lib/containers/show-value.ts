const ITEMS = 8;
const CHARACTERS = 60;

/** A value of a file for an error message: short and safe to make, however long or deeply nested the value is. */
export function showValue(value: unknown): string {
  if (!Array.isArray(value)) return showItem(value);
  const items = value.slice(0, ITEMS).map(showItem);
  return `[${[...items, ...(value.length > ITEMS ? ['…'] : [])].join(',')}]`;
}

function showItem(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'an object';
  if (typeof value === 'string')
    return JSON.stringify(value.length > CHARACTERS ? `${value.slice(0, CHARACTERS)}…` : value);
  return String(value);
}
