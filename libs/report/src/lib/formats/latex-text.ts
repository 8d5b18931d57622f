import { printable } from '@tsarank/io';

const COMMANDS: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\char34{}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '–': '--',
  '—': '---',
  '…': '\\dots{}',
  '“': '``',
  '”': "''",
  '‘': '`',
  '’': "'",
  '−': '$-$',
  '×': '$\\times$',
  '±': '$\\pm$',
  '·': '$\\cdot$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '≈': '$\\approx$',
  '→': '$\\rightarrow$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '†': '$\\dagger$',
  '‡': '$\\ddagger$',
  Δ: '$\\Delta$',
  λ: '$\\lambda$',
  τ: '$\\tau$',
  α: '$\\alpha$',
  β: '$\\beta$',
  '°': '$^{\\circ}$',
  '²': '$^{2}$',
  '³': '$^{3}$',
  '\u00a0': '~',
};

/**
 * Text as LaTeX prints it. Accented Latin letters stay; a character the standard fonts lack is printed as its code
 * point, so that the document still compiles.
 */
export function escapeLatex(text: string): string {
  return [...text.replace(/\s+/g, ' ')]
    .map((character, at, all) => {
      if (character === "'" && /\p{L}/u.test(all[at - 1] ?? '') && /\p{L}/u.test(all[at + 1] ?? '')) return character;
      // Two hyphens in a row would become a dash.
      const known = character === '-' && all[at + 1] === '-' ? '-{}' : COMMANDS[character];
      if (known !== undefined) return known;
      if (/^[\x20-\x7e\u00c0-\u017f]$/.test(character)) return character;
      return `\\texttt{U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}}`;
    })
    .join('');
}

/** A command line, breakable after the characters at which a reader sees that it goes on. */
export function latexCode(text: string): string {
  return `{\\ttfamily ${escapeLatex(text).replace(/[=/.,:](?=\S)/g, '$&\\allowbreak{}')}}`;
}

/** A line of text after a `%`; LaTeX reads none of it. Control characters become visible escapes. */
export function latexComment(text: string): string {
  return `% ${printable(text.replace(/\s+/g, ' '))}`;
}

/** A whole document that compiles by itself. */
export function latexDocument(body: string, packages: readonly string[]): string {
  return [
    '\\documentclass{article}',
    '\\usepackage[utf8]{inputenc}',
    '\\usepackage[T1]{fontenc}',
    ...packages.map((name) => `\\usepackage{${name}}`),
    '\\begin{document}',
    `${body}\\end{document}\n`,
  ].join('\n');
}
