import { Html, html } from './html.js';

/** Drawn, not photographed: nothing to load. Colours are attributes, since the page allows no inline styles. */
const DRAWINGS = new Map(
  Object.entries({
    tea: `<rect width="200" height="160" fill="#e9f1e4"/><ellipse cx="100" cy="134" rx="62" ry="8" fill="#d5e2cc"/>
<path d="M62 58h76v64a10 10 0 0 1-10 10H72a10 10 0 0 1-10-10z" fill="#5f8f5b"/><rect x="56" y="44" width="88" height="18" rx="6" fill="#4c7749"/>
<rect x="78" y="76" width="44" height="40" rx="4" fill="#f6f8f1"/><path d="M100 108c-12-6-13-18-4-26 10 6 13 18 4 26zm0 0c2-12 9-17 17-17 0 9-6 17-17 17z" fill="#8fb876"/>`,
    coffee: `<rect width="200" height="160" fill="#f4ebe1"/><ellipse cx="100" cy="136" rx="58" ry="8" fill="#e5d5c3"/>
<path d="M64 42h72l6 88a6 6 0 0 1-6 6H64a6 6 0 0 1-6-6z" fill="#a9754b"/><path d="M64 42h72l1 14H63z" fill="#8a5a35"/>
<circle cx="100" cy="94" r="23" fill="#f9f3ea"/><g transform="rotate(28 100 94)"><ellipse cx="100" cy="94" rx="10" ry="14" fill="#6d4426"/><path d="M100 80c-5 9 5 19 0 28" fill="none" stroke="#f9f3ea" stroke-width="2.4"/></g>`,
    cup: `<rect width="200" height="160" fill="#e2eeec"/><ellipse cx="100" cy="132" rx="60" ry="8" fill="#cfe0dd"/>
<path d="M54 66h92c0 34-16 62-46 62S54 100 54 66z" fill="#8fc1b5"/><ellipse cx="100" cy="66" rx="46" ry="11" fill="#b7dad1"/><ellipse cx="100" cy="68" rx="39" ry="7.5" fill="#c9b26b"/>
<path d="M66 90c6 18 16 28 28 31" fill="none" stroke="#b7dad1" stroke-width="4" stroke-linecap="round"/><path d="M86 46c-6-8 6-10 0-20m26 20c-6-8 6-10 0-20" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/>`,
    tote: `<rect width="200" height="160" fill="#eef0f5"/><ellipse cx="100" cy="138" rx="58" ry="8" fill="#dcdfe9"/>
<path d="M76 62V46a24 24 0 0 1 48 0v16" fill="none" stroke="#c9b48f" stroke-width="7"/><path d="M56 60h88l6 72a6 6 0 0 1-6 6H56a6 6 0 0 1-6-6z" fill="#efe3cb"/><path d="M56 60h88l.9 11H55.1z" fill="#e2d3b4"/>
<circle cx="100" cy="104" r="19" fill="#d9644a"/><path d="M91 100h18M100 92v24M93 108h14" stroke="#efe3cb" stroke-width="3.4" stroke-linecap="round"/>`,
    notebook: `<rect width="200" height="160" fill="#f5ecec"/><ellipse cx="104" cy="136" rx="54" ry="7" fill="#e6d6d6"/>
<path d="M64 34h78a4 4 0 0 1 4 4v92a4 4 0 0 1-4 4H64z" fill="#fff"/><path d="M60 30h76a4 4 0 0 1 4 4v92a4 4 0 0 1-4 4H60z" fill="#44597c"/>
<path d="M70 30v100M60 46h10M60 66h10M60 86h10M60 106h10" stroke="#e8c9a4" stroke-width="2.6"/><rect x="86" y="46" width="22" height="56" rx="2" fill="#f8f3e7"/><path d="M97 54v40" stroke="#44597c" stroke-width="2.6" stroke-dasharray="7 5"/>`,
    postcard: `<rect width="200" height="160" fill="#e7eef6"/><g transform="rotate(-5 100 82)"><rect x="42" y="42" width="120" height="82" rx="4" fill="#c9d6e5"/><rect x="38" y="38" width="120" height="82" rx="4" fill="#fff"/>
<path d="M44 44h58v70H44z" fill="#cfe6f2"/><circle cx="86" cy="60" r="8" fill="#f2b75c"/><path d="M44 100l20-26 16 18 10-10 12 14v18H44z" fill="#6f9fae"/>
<path d="M112 78h38M112 90h38M112 102h26" stroke="#b9c4d0" stroke-width="3" stroke-linecap="round"/><rect x="136" y="46" width="16" height="20" fill="#e0775c"/></g>`,
  }),
);

const PARCEL = `<rect width="200" height="160" fill="#efefec"/><path d="M60 60h80v66H60z" fill="#cdb592"/><path d="M60 60h80v14H60z" fill="#b89c74"/>`;

export const art = (id: string, label: string): Html =>
  html`<svg class="art" viewBox="0 0 200 160" role="img" aria-label="${label}">${new Html(DRAWINGS.get(id) ?? PARCEL)}</svg>`;
