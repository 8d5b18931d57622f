/**
 * What the page can do beyond being read, for browsers that run scripts; without, nothing of it shows.
 *
 * - A table's heading sorts it, inside each group of rows: best first, then the other way, then as written. Cells
 *   without a value stay last.
 * - A filter hides the rows that lack a word of the search or are of another kind, and says how many are left.
 * - A link to what is folded or filtered away shows it.
 */
export const PAGE_SCRIPT = `
for (const note of document.querySelectorAll('.scripted')) note.hidden = false;

for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  const bodies = [...table.tBodies].map((body) => ({ body, rows: [...body.rows] }));
  heads.forEach((head, at) => {
    if (!head.dataset.first) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const first = head.dataset.first, second = first === 'ascending' ? 'descending' : 'ascending';
      const was = head.getAttribute('aria-sort');
      const next = was === null ? first : was === first ? second : null;
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      if (next) head.setAttribute('aria-sort', next);
      const sign = next === 'ascending' ? 1 : -1;
      const isText = head.classList.contains('text');
      const key = (row) => row.cells[at].dataset.value || undefined;
      const compare = (a, b) => {
        const x = key(a), y = key(b);
        if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
        return sign * (isText ? x.localeCompare(y) : x - y);
      };
      for (const { body, rows } of bodies) {
        const fixed = rows.filter((row) => row.classList.contains('group'));
        const loose = rows.filter((row) => !row.classList.contains('group'));
        body.append(...fixed, ...(next ? loose.sort(compare) : loose));
        if (!next) body.append(...rows);
      }
    });
  });
}

const resets = [];
for (const bar of document.querySelectorAll('.filter')) {
  const table = document.getElementById(bar.dataset.table);
  const search = bar.querySelector('input'), choice = bar.querySelector('select');
  const clear = bar.querySelector('button'), count = bar.querySelector('output');
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !row.classList.contains('group'));
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const update = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const kind = choice ? choice.value : '';
    for (const row of rows) {
      row.hidden = !words.every((word) => texts.get(row).includes(word)) || (kind !== '' && row.dataset.kind !== kind);
    }
    for (const body of table.tBodies) {
      const group = body.querySelector('tr.group');
      if (group) group.hidden = [...body.rows].every((row) => row === group || row.hidden);
    }
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = shown + ' of ' + rows.length + ' rows';
    clear.disabled = words.length === 0 && kind === '';
  };
  const reset = () => {
    search.value = '';
    if (choice) choice.value = '';
    update();
  };
  search.addEventListener('input', update);
  if (choice) choice.addEventListener('change', update);
  clear.addEventListener('click', () => {
    reset();
    search.focus();
  });
  resets.push([table, reset]);
  bar.hidden = false;
  update();
}

// What a link leads to may be folded or filtered away.
const reveal = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target) return;
  const fold = target.closest('details');
  if (fold) fold.open = true;
  for (const [table, reset] of resets) if (target.hidden && table.contains(target)) reset();
  target.scrollIntoView();
  if (fold === target) fold.querySelector('summary').focus({ preventScroll: true });
};
for (const link of document.querySelectorAll('a[href^="#"]')) link.addEventListener('click', () => setTimeout(reveal));
addEventListener('hashchange', reveal);
reveal();
`;
