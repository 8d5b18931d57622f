import { INK } from '../plots/plot-ink';

type Theme = Record<keyof typeof INK, string> & { band: string; line: string; shade: string };

/** Every text colour has a contrast of at least 4.5:1 on `paper` and on `band`, and `line`, the edge of a field, 3:1. */
const LIGHT: Theme = {
  ink: '#1b1d22',
  muted: '#5a5e69',
  grid: '#e2e4e9',
  paper: '#fdfdfc',
  band: '#f4f5f7',
  accent: '#2a57a5',
  second: '#9a4a12',
  better: '#17693f',
  worse: '#b0291f',
  line: '#878b95',
  shade: 'rgb(0 0 0/.16)',
};
const DARK: Theme = {
  ink: '#e9e9ec',
  muted: '#a6aab4',
  grid: '#33363d',
  paper: '#15171a',
  band: '#1e2024',
  accent: '#8db3f7',
  second: '#e6a272',
  better: '#72cc9b',
  worse: '#f4938a',
  line: '#777c87',
  shade: 'rgb(0 0 0/.7)',
};

const variables = (theme: Theme): string =>
  Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');

/** The page's whole style sheet: system fonts, one column, both themes, no request to anywhere. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:67rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:4rem}
footer{padding:2rem 1.5rem 5rem;color:var(--muted);font-size:.875rem}
h1{font-size:clamp(1.6rem,4.4vw,2.3rem);line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:.4rem 0 1.2rem;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.3;font-weight:620;letter-spacing:-.01em;margin:4rem 0 .6rem}
h3{font-size:1rem;font-weight:620;margin:2.4rem 0 .4rem}
h4{font-size:.9rem;font-weight:620;margin:1.2rem 0 .4rem}
p{margin:.6rem 0;max-width:44rem}
a{color:var(--accent);text-underline-offset:.15em}
code,pre{font:.85em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
pre{background:var(--band);padding:1rem 1.2rem;border-radius:.5rem;overflow-x:auto;margin:.8rem 0}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.name{margin:0;color:var(--muted);font-size:.9rem}
.lead{font-size:1.1rem;max-width:44rem}
.muted,figcaption,caption,.why{color:var(--muted);font-size:.875rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:1.6rem 0 0;font-size:.9rem}
nav a{text-decoration:none;display:inline-block;padding:.25rem 0}
nav a:hover{text-decoration:underline}
.box{overflow-x:auto;margin:1.2rem 0;position:relative;background:linear-gradient(90deg,var(--paper) 40%,transparent) 0 0/2.4rem 100% no-repeat local,linear-gradient(270deg,var(--paper) 40%,transparent) 100% 0/2.4rem 100% no-repeat local,linear-gradient(90deg,var(--shade),transparent) 0 0/.8rem 100% no-repeat scroll,linear-gradient(270deg,var(--shade),transparent) 100% 0/.8rem 100% no-repeat scroll}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{caption-side:bottom;text-align:left;padding:.8rem 0 0}
caption>div{position:sticky;left:0;width:fit-content;max-width:min(calc(100vw - 2.2rem),46rem)}
th,td{padding:.5rem .6rem;text-align:right;vertical-align:top;white-space:nowrap}
th[scope=row],td.text,th.text{text-align:left}
tbody th[scope=row]{white-space:normal;min-width:9rem}
td.wrap{white-space:normal;min-width:10rem}
td.state{white-space:normal;min-width:6rem}
td.attempts{white-space:normal;min-width:6rem;max-width:9rem}
td.changes{white-space:nowrap}
thead th{font-weight:550;color:var(--muted);border-bottom:1px solid var(--muted);vertical-align:bottom;white-space:normal}
tbody th{font-weight:450}
tbody tr+tr>*{border-top:1px solid var(--grid)}
tbody+tbody tr:first-child>*{border-top:1px solid var(--grid)}
tbody:last-child tr:last-child>*{border-bottom:1px solid var(--grid)}
tr.group th{color:var(--muted);font-size:.8rem;font-weight:550;padding-top:1.1rem;text-align:left}
tr.baseline>*{background:var(--band)}
.results th[scope=row]{min-width:10rem;max-width:18rem}
.sortable th[scope=row],.sortable thead th:first-child{position:sticky;left:0;background:var(--paper);z-index:1}
.results tr.baseline th[scope=row]{background:var(--band)}
.results tr.group th{position:static}
th button{font:inherit;color:inherit;background:none;border:0;padding:.3rem 0;margin:-.3rem 0;cursor:pointer;text-align:inherit}
th button:hover{color:var(--ink);text-decoration:underline;text-underline-offset:.2em}
th[aria-sort] button::after{content:" ▾";color:var(--accent)}
th[aria-sort=ascending] button::after{content:" ▴"}
td b{font-weight:700}
td u{text-decoration-thickness:1.5px;text-underline-offset:.22em;text-decoration-skip-ink:none}
a.value{color:inherit;text-decoration:none;display:inline-block;padding:.1rem 0;margin:-.1rem 0}
a.value:hover,a.value:focus-visible{color:var(--accent)}
a.value:hover{text-decoration:underline}
tr:target>*{background:color-mix(in srgb,var(--accent) 14%,var(--paper))!important}
tr[tabindex]:focus{outline:none}
tr[tabindex]:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
[hidden]{display:none!important}
.skip{position:absolute;left:-99rem;background:var(--paper);padding:.5rem .9rem;border-radius:.4rem;border:1px solid var(--accent);z-index:3}
.skip:focus{left:1rem;top:.5rem}
main .skip:focus{left:auto;top:auto}
.filter{display:flex;flex-wrap:wrap;gap:.6rem .9rem;align-items:end;margin:1.2rem 0 0;font-size:.9rem}
.filter label span{display:block;color:var(--muted);font-size:.8rem;line-height:1.4}
.filter input,.filter select,.filter button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.4rem;padding:.35rem .7rem;min-height:2.5rem}
.filter input{width:15rem;max-width:100%}
.filter select{max-width:15rem}
.filter button{cursor:pointer}
.filter button:disabled{color:var(--muted);border-color:var(--grid);cursor:default}
.filter output{color:var(--muted);padding:.6rem 0}
.filter+.box,.filter+.skip+.box{margin-top:.6rem}
.delta{display:block;font-size:.8rem;color:var(--muted)}
.better{color:var(--better)}.worse{color:var(--worse)}
sup a{text-decoration:none;padding:0 .15em}
.badge{font-size:.75rem;color:var(--muted);border:1px solid var(--muted);border-radius:1rem;padding:0 .5em;margin-left:.15em;white-space:nowrap}
.missing{padding:1rem 1.2rem;background:var(--band);border-left:3px solid var(--worse);border-radius:0 .5rem .5rem 0;margin:1.2rem 0}
.missing ul{margin:.4rem 0 0;padding-left:1.1rem}.missing li{margin:.5rem 0}
.notes{padding-left:1.1rem;max-width:46rem}.notes li{margin:.2rem 0}
figure{margin:1.4rem 0}
figure svg{display:block;max-width:100%;height:auto}
figcaption{max-width:44rem;margin-top:.5rem}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:1.6rem 1.2rem}
.panels.pairs{grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr))}
.narrow{display:none}
@media (max-width:48rem){.wide{display:none}.narrow{display:block}header{padding-top:2.2rem}main,header,footer{padding-left:1rem;padding-right:1rem}h2{margin-top:3rem}.results th[scope=row]{min-width:7.5rem;max-width:9rem}th,td{padding:.5rem .5rem}.sortable tbody th[scope=row]{min-width:7.5rem;max-width:9rem}.filter{gap:.6rem}.filter label:first-child{flex:1 0 100%}.filter input{width:100%}.filter output{margin-left:auto}.wins th,.wins td{padding:.5rem .3rem}.wins tbody th[scope=row]{min-width:6rem}.wins .bar{width:3.2rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}
.bar{display:block;width:9rem;height:.7rem;margin-top:.35rem;border-radius:2px}
details{margin:1rem 0}summary{cursor:pointer;padding:.3rem 0}
.folds details{margin:0;border-top:1px solid var(--grid)}
.folds details:last-child{border-bottom:1px solid var(--grid)}
.folds summary{padding:.6rem .2rem}
.folds summary .muted{margin-left:.5em}
.movers{padding-left:1.4rem;margin:.4rem 0 1rem}
.movers>li{margin:.9rem 0;padding-left:.2rem}
.movers>li::marker{color:var(--muted);font-size:.85rem}
.moved{margin:0;font-size:.9rem;font-variant-numeric:tabular-nums;max-width:none}
.moved>*{margin-right:.15em}
.pair{white-space:nowrap}
blockquote{margin:.3rem 0 .5rem;padding:0;max-width:46rem;overflow-wrap:anywhere}
.relevant{list-style:none;margin:.3rem 0;padding:0 0 0 .9rem;border-left:2px solid var(--grid);font-size:.9rem;max-width:46rem;overflow-wrap:anywhere}
.relevant li+li{margin-top:.35rem}
.relevant b{font-weight:560}
svg path:has(>title):hover{stroke:var(--second);stroke-width:2.5;stroke-opacity:1}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.4rem;font-size:.9rem}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
@media print{nav,.filter,.skip,.scripted{display:none!important}h2,h3,h4{break-after:avoid}figure,tr{break-inside:avoid}.box{overflow:visible}}
`;
