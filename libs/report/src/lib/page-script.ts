/**
 * Sorts the results by a column when its heading is pressed, inside each group of rows: best first, then the other
 * way, then as written. Cells without a value stay last. Without JavaScript the table is simply not sortable.
 */
export const PAGE_SCRIPT = `
for (const table of document.querySelectorAll('table.results')) {
  const heads = [...table.tHead.rows[0].cells];
  const bodies = [...table.tBodies].map((body) => ({ body, rows: [...body.rows] }));
  heads.forEach((head, at) => {
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
      const key = (row) => row.cells[at].dataset.value;
      const compare = (a, b) => {
        const x = key(a), y = key(b);
        if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
        return sign * (at === 0 ? x.localeCompare(y) : x - y);
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
`;
