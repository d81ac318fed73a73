/** The style of a report page: screen, dark, phone and print. Fonts are the reader's system fonts. */
export const PAGE_STYLE = `:root{
  --ink:#1b2430;--soft-ink:#55606e;--paper:#ffffff;--panel:#f4f6f9;--line:#d9dee5;--link:#1f5f99;
  --good:#1f6b4d;--good-soft:#e5f2ec;--warn:#8a5a00;--warn-soft:#fbf1dc;--bad:#9c2f2a;--bad-soft:#faeae8;
  --chart-main:#2f6690;--chart-soft:#a9c5dd;--chart-warm:#c8702a;--chart-good:#2b7a5b;--chart-bad:#b3403a;
  --chart-muted:#6b7280;--chart-grid:#d9dee5;
  --chart-1:#2f6690;--chart-2:#5a9bc4;--chart-3:#8a6bb0;--chart-4:#c8702a;--chart-5:#ad7c14;--chart-6:#2b7a5b;--chart-7:#7a8791;
  color-scheme:light dark;
}
@media (prefers-color-scheme:dark){:root{
  --ink:#e4e9f0;--soft-ink:#a3aebb;--paper:#12161c;--panel:#1b2129;--line:#313a46;--link:#86bdf0;
  --good:#7fd0ab;--good-soft:#16291f;--warn:#e8bd6a;--warn-soft:#2c2413;--bad:#f09a93;--bad-soft:#321a18;
  --chart-main:#6fa8d6;--chart-soft:#335a7d;--chart-warm:#df8f4e;--chart-good:#5fb08d;--chart-bad:#e0746c;
  --chart-muted:#98a3b0;--chart-grid:#313a46;
  --chart-1:#6fa8d6;--chart-2:#3f7fae;--chart-3:#a98fd0;--chart-4:#df8f4e;--chart-5:#e3bd6d;--chart-6:#5fb08d;--chart-7:#8d99a6;
}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,nav,main,footer{max-width:60rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
.kicker{margin:0;color:var(--soft-ink);font-weight:600}
h1{font-size:2rem;line-height:1.2;margin:.2rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.4rem;line-height:1.25;margin:0 0 .8rem;padding-top:1.2rem;border-top:2px solid var(--ink)}
h3{font-size:1.05rem;margin:1.6rem 0 .5rem}
section{margin-top:2.4rem}
p,ul,ol{margin:.6rem 0;max-width:46rem;overflow-wrap:anywhere}
li{margin:.25rem 0}
a{color:var(--link)}
a.figure{color:inherit;text-decoration:underline dotted var(--soft-ink) 1px;text-underline-offset:.2em}
a.figure:hover,a.figure:focus{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.facts{display:flex;flex-wrap:wrap;gap:.3rem 2rem;margin:0 0 1.2rem;color:var(--soft-ink);font-size:.9rem}
.facts div{display:flex;gap:.4rem}.facts dt::after{content:":"}.facts dd{margin:0;color:var(--ink);overflow-wrap:anywhere}
nav ol{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:0;padding:.6rem 0;border-block:1px solid var(--line);font-size:.9rem;max-width:none}
nav li{margin:0}
.verdict{border-left:6px solid;padding:.9rem 1.2rem;margin:1rem 0 1.4rem;border-radius:0 6px 6px 0}
.verdict.good{border-color:var(--good);background:var(--good-soft)}
.verdict.warning{border-color:var(--warn);background:var(--warn-soft)}
.verdict.bad{border-color:var(--bad);background:var(--bad-soft)}
.verdict-title{font-size:1.35rem;font-weight:700;margin:0 0 .4rem}
.verdict.good .verdict-title{color:var(--good)}.verdict.warning .verdict-title{color:var(--warn)}.verdict.bad .verdict-title{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.7rem;margin:1.2rem 0}
.tiles>div{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.7rem .8rem}
.tiles dt{font-size:.85rem;color:var(--soft-ink)}
.tiles dd{margin:0}
.tiles .value{display:block;font-size:1.3rem;font-weight:700;line-height:1.3;font-variant-numeric:tabular-nums}
.tiles .detail{display:block;font-size:.82rem;color:var(--soft-ink)}
.note{background:var(--panel);border-left:4px solid var(--line);padding:.5rem .9rem;font-size:.94rem}
.warning{background:var(--warn-soft);border-left:4px solid var(--warn);padding:.5rem .9rem}
.verdict.warning{border-left-width:6px;padding:.9rem 1.2rem}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.92rem;line-height:1.4}
caption{text-align:left;font-weight:600;padding:.2rem 0 .4rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid var(--line);font-weight:400;overflow-wrap:break-word}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.82rem;font-weight:600;color:var(--soft-ink);border-bottom:1px solid var(--ink);vertical-align:bottom}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.nowrap{white-space:nowrap}
tbody th:has(code){min-width:8.5rem}
thead th.number{white-space:normal}
thead th.wide{width:40%}
table.form th,table.form td{border:1px solid var(--soft-ink);padding:.4rem .6rem}
table.form tbody td{height:2.6rem}
table.form caption{font-weight:400;overflow-wrap:anywhere}
tr.total>*{font-weight:700;border-top:1px solid var(--ink)}
tr:target{background:var(--warn-soft)}
.part{font-size:1.55rem;font-weight:700;margin:2.5rem 0 0;border-top:2px solid var(--ink);padding-top:1rem}
figure{margin:1.2rem 0}
figcaption{font-size:.88rem;color:var(--soft-ink);max-width:46rem}
.chart{display:block;max-width:100%;height:auto;font-family:inherit}
.chart.narrow{display:none}
.chart text{white-space:pre}
details{margin:.8rem 0;border:1px solid var(--line);border-radius:6px;padding:.2rem 1rem}
summary{cursor:pointer;padding:.4rem 0;font-weight:600}
.entries{margin:1rem 0;font-size:.88rem}
.entries>div{border-bottom:1px solid var(--line);padding:.45rem 0}
.entries>div:target{background:var(--warn-soft)}
.entries dt{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1.5rem}
.entries dt code{font-weight:600}
.entries dt span{font-weight:600;font-variant-numeric:tabular-nums}
.entries dd{margin:.1rem 0 0;color:var(--soft-ink);overflow-wrap:anywhere}
footer{margin-top:3rem;padding-bottom:3rem;color:var(--soft-ink);font-size:.88rem}
@media (max-width:40rem){
  body{font-size:15px}
  header,nav,main,footer{padding-left:1rem;padding-right:1rem}
  header{padding-top:1.4rem}
  h1{font-size:1.55rem}
  .tiles{grid-template-columns:1fr}
  table,table tbody,table tr,table th,table td,table caption{display:block}
  table thead{position:absolute;left:-100rem}
  table tr{border-bottom:1px solid var(--line);padding:.5rem 0}
  table th,table td,table .number,table .nowrap{border:0;padding:.1rem 0;text-align:left;white-space:normal;min-width:0}
  table tbody th{font-weight:600}
  table td:empty{display:none}
  table.form td:empty{display:block}
  table td[data-label]::before{content:attr(data-label) ": ";color:var(--soft-ink)}
}
@media screen and (max-width:40rem){.chart{display:none}.chart.narrow{display:block;width:100%;max-width:26rem}}
@media print{
  :root{--ink:#000;--soft-ink:#444;--paper:#fff;--panel:#f4f4f4;--line:#bbb;--link:#000;color-scheme:light}
  body{font-size:9pt;line-height:1.42}
  header,nav,main,footer{max-width:none;padding-left:0;padding-right:1px}
  nav,.skip{display:none}
  h2,h3,caption,thead,summary,.lead,.verdict-title{break-after:avoid}
  section{margin-top:1.6rem}h2{padding-top:.8rem}
  tr,li,figure,.verdict,.tiles>div,.entries>div,.note,.warning{break-inside:avoid}
  .lead+ul>li:first-child,.lead+ol>li:first-child,tbody tr:first-child,tbody tr:last-child{break-before:avoid}
  .scroll:not(:has(tbody tr:nth-child(8))){break-inside:avoid}
  .scroll{overflow:visible}
  thead{display:table-header-group}
  .tiles{grid-template-columns:repeat(6,minmax(0,1fr));gap:1.5mm;margin:2mm 0}.tiles>div{padding:1.5mm}.tiles .value{font-size:8.5pt}.tiles dt,.tiles .detail{font-size:7pt;line-height:1.3}
  p:has(+.scroll),p:has(+figure){break-after:avoid}section.page,section:has(>.entries){break-before:page}section.page{margin-top:0}.part{margin:0;padding:0;border:0;font-size:16pt}
  .chart{max-height:48mm;width:auto}
  main>section:first-child>h2{position:absolute;left:-100rem}main>section:first-child{margin-top:.4rem}
  h3{margin:.8rem 0 .3rem}p,ul,ol{margin:.35rem 0;max-width:none}li{margin:.1rem 0}.verdict{padding:.5rem 1rem;margin:.5rem 0}.verdict.warning{padding:.5rem 1rem}.verdict-title{font-size:13pt}
  .scroll,figure{margin:.5rem 0}table.form tbody td{height:1.8rem}table.form caption{font-size:7.5pt}table.form th,table.form td{padding:.1rem .5rem;vertical-align:middle}
  main>section:first-child table,#risks table,#payback table{font-size:7.5pt}
  main #sign-off tbody td{height:1.4rem}#risks~section{margin-top:.6rem}#risks~section h2,#sign-off h2{padding-top:.3rem;margin-bottom:.2rem}#unknowns li{font-size:8pt}
  .facts{font-size:8.5pt;margin-bottom:.4rem}header{padding-top:0}h1{font-size:18pt;margin-bottom:.5rem}
  table,details,.note,.warning,figcaption{font-size:8.5pt}
  thead th{font-size:inherit}
  th,td{padding-top:.2rem;padding-bottom:.2rem}
  details{border:0;padding:0}
  details::details-content{content-visibility:visible;block-size:auto;opacity:1}
  details.screen-only::details-content{display:none}
  details.screen-only{margin:0}details.screen-only>summary{font-weight:400;padding:.1rem 0}details.screen-only>summary::after{content:" (on the page on screen, and in study.md)"}
  .entries{font-size:7.5pt;columns:2;column-gap:8mm}
  a,a.figure{text-decoration:none}
  *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;

/** Maximum length of the name in the margin of a printed page. */
const LONGEST_NAME = 70;

/** The margins of a printed page: the document's name on the left, the page number on the right. */
export function pageMargins(name: string): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  const box = "font:8pt system-ui,sans-serif;color:#444";
  return `@page{margin:14mm 14mm 16mm;@bottom-left{content:${cssString(short)};${box}}@bottom-right{content:counter(page) " / " counter(pages);${box}}}
`;
}

/** A CSS string in which every character that could end it, or the style around it, is escaped by its code point. */
function cssString(text: string): string {
  const escaped = text.replaceAll(/[^\p{L}\p{N} .,-]/gu, (char) => `\\${char.codePointAt(0)!.toString(16)} `);
  return `"${escaped}"`;
}
