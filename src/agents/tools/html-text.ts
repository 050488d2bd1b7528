// The text of an HTML page, with headings, lists, table cells and links marked.

const HIDDEN = new Set(['script', 'style', 'noscript', 'template', 'svg', 'iframe', 'object', 'head']);
const LINES = new Set([
  'p',
  'div',
  'section',
  'article',
  'header',
  'footer',
  'main',
  'nav',
  'aside',
  'ul',
  'ol',
  'table',
  'tr',
  'blockquote',
  'pre',
  'figure',
  'figcaption',
  'form',
  'dl',
  'dt',
  'dd',
  'br',
  'hr',
  'li',
]);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  middot: '·',
  bull: '•',
  deg: '°',
  times: '×',
  minus: '−',
  euro: '€',
  pound: '£',
  copy: '©',
};
const TAG_NAME = /[a-z][a-z0-9]*/iy;
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** Takes any text; what is no HTML comes out as it is. Time grows with its length only. @param base what links are relative to. */
export function htmlText(html: string, base: string): string {
  const title = /<title[^>]*>([^<]{0,500})/i.exec(html)?.[1];
  const parts: string[] = [];
  let link: string | undefined;
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    if (open === -1 || open > at) parts.push(decode(html.slice(at, open === -1 ? undefined : open)).replaceAll(/\s+/g, ' '));
    if (open === -1) break;
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open + 4);
      continue;
    }
    const closing = html[open + 1] === '/';
    TAG_NAME.lastIndex = open + (closing ? 2 : 1);
    const name = TAG_NAME.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      const declaration = html[open + 1] === '!' || html[open + 1] === '?';
      if (!declaration) parts.push('<');
      at = declaration ? after(html, '>', open) : open + 1;
      continue;
    }
    const end = tagEnd(html, TAG_NAME.lastIndex);
    const tag = html.slice(open, end);
    at = end;
    if (HIDDEN.has(name) && !closing && !tag.endsWith('/>')) at = after(html, '>', indexOfClosing(html, name, end));
    else if (/^h[1-6]$/.test(name)) parts.push(closing ? '\n' : `\n\n${'#'.repeat(Number(name[1]))} `);
    else if (name === 'li' && !closing) parts.push('\n- ');
    else if (LINES.has(name)) parts.push('\n');
    else if ((name === 'td' || name === 'th') && closing) parts.push('\t');
    else if (name === 'a' && !closing) {
      link = target(tag, base);
      if (link !== undefined) parts.push('[');
    } else if (name === 'a' && link !== undefined) {
      parts.push(`](${link})`);
      link = undefined;
    }
  }
  const text = parts
    .join('')
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, ' ').trim())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return title === undefined ? text : `${decode(title).replaceAll(/\s+/g, ' ').trim()}\n\n${text}`;
}

/** The place after a text, or the end. */
function after(html: string, text: string, from: number): number {
  const found = html.indexOf(text, from);
  return found === -1 ? html.length : found + text.length;
}

function indexOfClosing(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}[\\s>/]`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
}

/** After the `>` of a tag; one in quotes does not count. */
function tagEnd(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at++) {
    const character = html[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return at + 1;
    else if ((character === '"' || character === "'") && html[at - 1] === '=') quote = character;
  }
  return html.length;
}

function target(tag: string, base: string): string | undefined {
  const match = HREF.exec(tag);
  const href = decode(match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
  if (href === '' || href.startsWith('#')) return undefined;
  const url = URL.canParse(href, base) ? new URL(href, base) : undefined;
  return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : undefined;
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });
}
