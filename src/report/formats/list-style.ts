/** The style of the pages around the reports. */
export const LIST_STYLE = `
:root { color-scheme: light dark; --page: light-dark(#f5f6f8, #0e1115); --card: light-dark(#fff, #15191e); --text: light-dark(#1b2128, #e8ecf0);
  --muted: light-dark(#57606a, #a3adb8); --line: light-dark(#dfe3e8, #2b323a); --edge: light-dark(#8b949e, #6b7682); --accent: light-dark(#0b5cad, #79b8ff);
  font: 16px/1.5 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); }
main { max-width: 1440px; margin: 0 auto; padding: 24px clamp(12px, 3vw, 40px) 48px; }
h1 { font-size: 1.6rem; margin: 0 0 4px; overflow-wrap: anywhere; }
p { margin: 4px 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
.muted { color: var(--muted); font-size: .9rem; }
.bar { display: flex; flex-wrap: wrap; gap: 12px; align-items: end; margin: 18px 0 12px; }
label span { display: block; color: var(--muted); font-size: .8rem; }
input[type=search], button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; padding: 5px 12px; min-height: 36px; }
input[type=search] { width: min(420px, 80vw); }
button { cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; text-align: left; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; color: var(--muted); font-weight: 500; font-size: .85rem; }
td.number { text-align: right; white-space: nowrap; }
td code { overflow-wrap: anywhere; font-size: .85rem; }
.going { color: var(--accent); font-weight: 600; }
.frames { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); gap: 12px; margin-top: 20px; }
iframe { width: 100%; height: 85vh; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.faster { color: light-dark(#0a6b4e, #4fc79b); font-weight: 600; }
.slower { color: light-dark(#a52019, #f28b82); font-weight: 600; }
.changes { max-height: 60vh; overflow: auto; }
.changes thead th { position: sticky; top: 0; background: var(--card); }
.changes tbody th { padding-top: 16px; font-weight: 600; overflow-wrap: anywhere; }
.changes td:last-child { width: 55%; }
.changes thead th:nth-child(n+2):nth-child(-n+4) { text-align: right; }
[hidden] { display: none; }
@media (max-width: 640px) { .runs :is(th, td):is(:nth-child(4), :nth-child(5)) { display: none; } th, td { padding: 8px; } }
`;
