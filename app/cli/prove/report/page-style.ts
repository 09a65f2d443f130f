/** Green and red differ in shape as well: what is wrong has a cross, and a frame. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c2024; --quiet: #5b6570; --page: #fff; --raised: #f3f5f7; --line: #d3d9df;
  --good: #16743a; --admitted: #16743a; --admitted-text: #fff; --refused: #e3f4e8; --refused-text: #14532d;
  --wrong: #c01f1f; --wrong-text: #fff; --focus: #0b57d0;
  font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --text: #e6eaee; --quiet: #9aa5b1; --page: #14171a; --raised: #1f2429; --line: #394149;
    --good: #5fce88; --admitted: #22804a; --refused: #16311f; --refused-text: #9be0b3; --wrong: #d93636; --focus: #8ab4f8;
  }
}
body { margin: 0; padding: 1.5rem clamp(.8rem, 3vw, 2.5rem) 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .8rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 1.6rem 0 .6rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p, ul { margin: .4rem 0; overflow-wrap: anywhere; }
ul { padding-left: 1.3rem; }
.problems { max-height: 60vh; overflow: auto; }
code, pre, .cell, .route { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace; font-size: .87em; }
.verdict { font-size: 1.1rem; font-weight: 600; padding: .5rem .9rem; margin: 0 0 1rem; border-left: .35rem solid; background: var(--raised); }
.verdict.good { border-color: var(--good); }
.verdict.bad { border-color: var(--wrong); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: left; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.link { text-decoration: underline; text-underline-offset: .15em; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; margin: .6rem 0; align-items: center; }
.legend .cell { margin-right: .4rem; }
label { display: inline-block; margin: .4rem 0; padding: .2rem 0; cursor: pointer; }
#only-wrong { width: 1.1rem; height: 1.1rem; vertical-align: -.2rem; margin: 0 .4rem 0 0; }
#only-wrong:checked ~ .matrix tbody tr:not(.has-wrong) { display: none; }
.matrix { overflow: auto; max-height: 92vh; width: fit-content; max-width: 100%; border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: separate; border-spacing: 0; }
th { font-weight: 400; text-align: left; background: var(--page); }
th, td { border-bottom: 1px solid var(--line); padding: 0; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { text-align: center; position: sticky; top: 0; z-index: 2; vertical-align: bottom; padding: .5rem .1rem; background: var(--raised); }
thead th:first-child { text-align: left; left: 0; z-index: 3; padding-left: .7rem; }
thead span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 16rem; font-size: .87em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 1.3; }
tbody th { position: sticky; left: 0; z-index: 1; padding: .3rem .7rem; width: 20rem; min-width: 12rem; overflow-wrap: anywhere; border-right: 1px solid var(--line); }
.has-wrong > th { box-shadow: inset .3rem 0 var(--wrong); }
.route { display: block; font-weight: 600; }
.allow { display: block; color: var(--quiet); font-size: .82em; line-height: 1.3; }
td { text-align: center; }
.cell { box-sizing: border-box; display: inline-block; width: 2.7rem; margin: .15rem; padding: .25rem .2rem; border: 2px solid transparent; border-radius: .3rem; text-align: center; line-height: 1.2; }
.admitted { background: var(--admitted); color: var(--admitted-text); }
.refused { background: var(--refused); color: var(--refused-text); }
.wrong { width: 3.2rem; background: var(--wrong); color: var(--wrong-text); border-color: var(--text); font-weight: 700; }
.skipped { color: var(--quiet); border: 2px dashed var(--line); }
[popover] { box-sizing: border-box; width: min(50rem, 94vw); max-height: 90vh; overflow: auto; padding: 1rem 1.2rem 1.4rem; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: .6rem; }
[popover]::backdrop { background: #0008; }
[popover] h2 { margin: 0 4rem .5rem 0; }
.close { float: right; padding: .3rem .7rem; border: 1px solid var(--line); border-radius: .3rem; }
pre { margin: .3rem 0 .6rem; padding: .6rem .8rem; background: var(--raised); border-radius: .3rem; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; margin: 1.6rem 0 .6rem; font-size: 1.15rem; font-weight: 700; }
@media (max-width: 40rem) {
  body { padding-top: 1rem; }
  tbody th { min-width: 8rem; width: 8rem; padding: .3rem .4rem .3rem .5rem; }
  tbody .allow { display: none; }
  thead span { max-height: 13rem; }
  .callers { display: block; }
  .callers dt { margin-top: .6rem; }
}
@page { size: landscape; margin: 12mm; }
@media print {
  :root { font-size: 11px; }
  body { padding: 0; }
  .problems { max-height: none; }
  .matrix { max-height: none; overflow: visible; border: 0; }
  thead th, tbody th { position: static; }
  tr, li { break-inside: avoid; }
  .cell { width: 2.2rem; margin: .05rem 0; padding: .05rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .link { text-decoration: none; }
  #only-wrong, label, [popover] { display: none; }
}
`;
