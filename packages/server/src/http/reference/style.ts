/** The style sheet of the reference pages: light and dark by the reader's setting, one column on a phone. */
export const styleSheet = `:root {
  --paper: #ffffff; --ink: #1c2230; --soft: #5b6475; --line: #dfe3ea; --panel: #f5f7fa; --accent: #3b49df;
  --get: #0b7285; --post: #226b31; --put: #a65b00; --patch: #a65b00; --delete: #c92a2a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12151c; --ink: #e6e9ef; --soft: #9aa4b5; --line: #2a3040; --panel: #1a1f2a; --accent: #91a7ff;
    --get: #66d9e8; --post: #8ce99a; --put: #ffc078; --patch: #ffc078; --delete: #ff8787;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 3; }
.top { position: sticky; top: 0; z-index: 2; display: flex; gap: 1.5rem; align-items: baseline; flex-wrap: wrap;
  padding: .7rem 1.5rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; font-size: 1.15rem; color: var(--ink); text-decoration: none; }
.top nav { display: flex; gap: 1.1rem; }
.top nav a { text-decoration: none; }
.columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
.contents { position: sticky; top: 3.3rem; align-self: start; max-height: calc(100vh - 3.3rem); overflow-y: auto;
  padding: 1.2rem 1rem 2rem 1.5rem; font-size: .9rem; }
.contents h2 { font-size: .78rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.2rem 0 .3rem; }
.contents ul { list-style: none; margin: 0; padding: 0; }
.contents li a { display: block; padding: .18rem 0; color: var(--ink); text-decoration: none; }
.contents li a:hover { color: var(--accent); }
main { padding: 1.2rem 1.5rem 6rem; min-width: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .6rem 0 1rem; }
main > section > h2 { font-size: 1.4rem; margin: 3rem 0 .2rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3, article > h2 { font-size: 1.08rem; margin: 0; }
h4 { font-size: .82rem; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); margin: 1.2rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
code, pre { font: .87em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
code { background: var(--panel); padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
article { border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.2rem; margin: 1.2rem 0; }
.address { display: flex; gap: .7rem; align-items: baseline; flex-wrap: wrap; margin: .3rem 0; }
.method { font-weight: 700; font-size: .8rem; letter-spacing: .03em; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); }
.patch { color: var(--patch); } .delete { color: var(--delete); }
dl.fields { margin: 0; }
dl.fields > div { padding: .45rem 0; border-top: 1px solid var(--line); }
dl.fields > div:first-child { border-top: 0; }
dt { display: flex; gap: .6rem; flex-wrap: wrap; align-items: baseline; }
dd { margin: .1rem 0 0; color: var(--soft); }
dd dl.fields { margin: .3rem 0 .2rem; padding-left: .9rem; border-left: 2px solid var(--line); }
.kind { color: var(--soft); font-size: .85rem; }
.must { color: var(--delete); font-size: .8rem; }
.status { font-weight: 700; }
details summary { cursor: pointer; padding: .3rem 0; }
@media (max-width: 52rem) {
  .columns { display: block; }
  .contents { position: static; max-height: 15rem; border-bottom: 1px solid var(--line); }
  main { padding: 1rem 1rem 4rem; }
  article { padding: .8rem; }
}
@media print { .top, .contents { display: none; } .columns { display: block; } }
`;
