// Needs nothing; the OASIS examples where they lie beside the project.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { estimateTokens } from '../../../src/core/candidate.js';
import { compactXml } from '../../../src/benchmarks/ubl/compact.js';
import { walk } from '../../../src/benchmarks/ubl/paths.js';
import { parseXml, type XmlElement } from '../../../src/benchmarks/ubl/xml.js';
import { sharedData } from '../../support/shared-data.js';

const compact = (xml: string, tokens?: number) => compactXml(parseXml(xml), tokens).text;

describe('a compact document', () => {
  it('is a line an element, without prefixes and declarations', () => {
    const xml = `<x:Invoice xmlns:x="urn:x" xmlns="urn:y" >
      <ID schemeID="GLN" schemeAgencyID="9">INV 1</ID>
      <Note>two
        lines</Note><Note/>
      <Party><PartyName><Name>Arden &amp; Sons</Name></PartyName></Party>
      <Line><ID>1</ID><Amount currencyID="EUR" note="a: b">2.50</Amount></Line>
      <Line><ID>2</ID></Line>
    </x:Invoice>`;
    assert.equal(
      compact(xml),
      [
        'Invoice',
        ' ID @schemeID=GLN: INV 1',
        ' Note[1]: two lines',
        ' Party/PartyName/Name: Arden & Sons',
        ' Line[1]',
        '  ID: 1',
        '  Amount @currencyID=EUR @note="a: b": 2.50',
        ' Line[2]/ID: 2',
        '[1 empty element left out]',
      ].join('\n'),
    );
  });

  it('tells the length of binary content instead of it', () => {
    const base64 = Buffer.alloc(300, 'x').toString('base64');
    const shown = compact(`<a><EmbeddedDocumentBinaryObject mimeCode="text/plain">SGk=</EmbeddedDocumentBinaryObject><Signature>${base64}</Signature></a>`);
    assert.equal(
      shown,
      'a\n EmbeddedDocumentBinaryObject @mimeCode=text/plain: [binary, 4 characters left out]\n Signature: [binary, 400 characters left out]',
    );
  });

  it('keeps long words and long texts that are no base64', () => {
    const long = 'word '.repeat(60).trim();
    assert.equal(compact(`<a><b>${long}</b><c>${'7'.repeat(60)}</c></a>`), `a\n b: ${long}\n c: ${'7'.repeat(60)}`);
  });

  it('cuts what repeats and says how much', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `<Line><ID>${index + 1}</ID><Note>freight ${index + 1}</Note></Line>`).join('');
    const { text, tokens, wholeTokens } = compactXml(parseXml(`<Invoice><ID>7</ID>${lines}<Total>5</Total></Invoice>`), 200);
    assert.ok(tokens > 185 && tokens <= 200 && wholeTokens > 900, `${tokens} of ${wholeTokens}`);
    assert.match(text, /^Invoice \[cut to fit: about \d+ tokens in full; brackets say what is left out\]\n ID: 7\n Line\[1\]\n {2}ID: 1\n/);
    assert.match(text, / Line\[(\d+)\]\n {2}ID: \1\n {2}Note: freight \1\n \[\d+ more Line left out\]\n Total: 5$/);
  });

  it('cuts long texts before anything else', () => {
    const text = compact(`<a><b>${'long text '.repeat(500)}</b><c>kept</c></a>`, 200);
    assert.match(text, /\n b: (?:long text )+.*\[4599 more characters left out\]\n c: kept$/);
  });

  // What is random in them: names, texts (also blank, long, with markup and emoji), attributes and depth.
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll(']]>', ']]&gt;');
  const texts = fc
    .oneof(fc.constantFrom('', ' ', '007', 'a: b', '[1 more]', 'x y '.repeat(100)), fc.string({ unit: 'grapheme', maxLength: 12 }))
    .map((text) => text.replaceAll(/[^\P{C}\n]/gu, ''));
  const elements = (depth: number): fc.Arbitrary<string> =>
    fc
      .tuple(
        fc.constantFrom('ID', 'Note', 'Line', 'Item'),
        fc.option(texts),
        depth === 0 ? fc.constant<string[]>([]) : fc.array(elements(depth - 1), { maxLength: 4 }),
        texts,
      )
      .map(
        ([name, attribute, children, text]) =>
          `<${name}${attribute === null ? '' : ` kind="${escape(attribute)}"`}>${escape(text)}${children.join('')}</${name}>`,
      );
  const documents = elements(4);

  it('shows every text and every attribute of any document', () => {
    fc.assert(
      fc.property(documents, (xml) => {
        const root = parseXml(xml);
        const shown = compactXml(root).text;
        for (const element of [root, ...elementsOf(root)]) {
          assert.ok(shown.includes(element.text.replaceAll(/\s+/gu, ' ')), element.text);
          for (const value of Object.values(element.attributes)) assert.ok(shown.includes(JSON.stringify(value.replaceAll(/\s+/gu, ' ')).slice(1, -1)), value);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('fits every budget from 20 tokens and keeps the root', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 20, max: 200 }), (xml, budget) => {
        const root = parseXml(xml);
        const { text, tokens, wholeTokens } = compactXml(root, budget);
        assert.ok(tokens <= budget && tokens === estimateTokens(text), `${tokens} of ${budget}`);
        if (wholeTokens > budget) assert.match(text, /left out/);
        assert.ok(Buffer.from(text).toString() === text, 'half a character');
      }),
      { numRuns: 300 },
    );
  });

  it('reads a text once, however much has to be cut', () => {
    let reads = 0;
    const counted = (element: XmlElement): XmlElement => ({
      ...element,
      get text() {
        reads++;
        return element.text;
      },
      children: element.children.map(counted),
    });
    const root = counted(parseXml(`<a>${'<b><c>some words</c></b>'.repeat(1_000)}</a>`));
    reads = 0;
    compactXml(root, 2_000);
    assert.ok(reads <= 2 * 2_001 * 2, `${reads} reads of 2,001 texts`);
  });

  it('takes less than half of the characters of the OASIS examples, and loses no text', function () {
    const folder = path.join(sharedData('ubl-examples'), 'xml');
    if (!existsSync(folder)) this.skip();
    let characters = 0;
    let shown = 0;
    const files = readdirSync(folder);
    for (const file of files) {
      const xml = readFileSync(path.join(folder, file), 'utf8');
      const root = parseXml(xml);
      const { text } = compactXml(root);
      characters += xml.length;
      shown += text.length;
      for (const { text: value } of elementsOf(root))
        if (value.length < 120) assert.ok(text.includes(value.replaceAll(/\s+/gu, ' ')) || text.includes('[binary'), `${file}: ${value}`);
    }
    console.log(
      `        ${files.length} documents: ${Math.round(characters / 4)} tokens of XML, ${Math.round(shown / 4)} shown (${((100 * shown) / characters).toFixed(1)} %)`,
    );
    assert.ok(shown < 0.5 * characters, `${shown} of ${characters}`);
  });
});

function elementsOf(root: XmlElement): readonly XmlElement[] {
  return [...walk(root)].map(({ element }) => element);
}
