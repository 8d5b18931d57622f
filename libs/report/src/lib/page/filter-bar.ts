import { html } from '../html-text';
import type { Html } from '../html-text';

/**
 * A search field, a choice of kinds and a live count for the table of that id, whose rows carry `data-kind`. The page's
 * script shows it; without JavaScript it stays hidden, since it would do nothing.
 */
export function filterBar(
  tableId: string,
  { label, choice, kinds }: { label: string; choice: string; kinds: readonly string[] },
): Html {
  return html`<div class="filter" role="search" aria-label="${label}" data-table="${tableId}" hidden>
    <label
      ><span>Search</span><input type="search" autocomplete="off" spellcheck="false" enterkeyhint="search"
    /></label>
    ${
      kinds.length > 1 &&
      html`<label
        ><span>${choice}</span
        ><select>
          <option value="">All</option>
          ${kinds.map((kind) => html`<option value="${kind}">${kind}</option>`)}
        </select></label
      >`
    }
    <button type="button" disabled>Clear</button>
    <output aria-live="polite"></output>
  </div>`;
}
