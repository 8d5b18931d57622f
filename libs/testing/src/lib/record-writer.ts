/**
 * JavaScript for scripts that stand for a run's process: defines `sha256(text)` and `writeRecord(file, record)`, which
 * writes a record as `@tsarank/runs` does, sorted and behind the hash of its text.
 */
export const RECORD_WRITER = `
  const sha256 = (text) => require('node:crypto').createHash('sha256').update(text).digest('hex');
  const sorted = (value) => Array.isArray(value) ? value.map(sorted) : value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value;
  const writeRecord = (file, record) => {
    const text = JSON.stringify(sorted(record), null, 2) + '\\n';
    require('node:fs').writeFileSync(file, text.replace('{\\n', '{\\n  "sha256": "' + sha256(text) + '",\\n'));
  };
`;
