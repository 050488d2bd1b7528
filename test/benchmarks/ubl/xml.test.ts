// Needs nothing.

import assert from 'node:assert/strict';
import { parseXml, parseXmlInPieces, XmlProblem } from '../../../src/benchmarks/ubl/xml.js';

describe('parseXml', () => {
  it('reads names without prefixes, own text, attributes and lines', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<a:Note xmlns:a="urn:a" xmlns:b="urn:b" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x y">\n<b:ID b:schemeID="S" kind="k"> 1 &amp; <![CDATA[<2>]]>&#x20AC; </b:ID><!-- no -->\n</a:Note>',
    );
    assert.deepEqual([root.name, root.namespace, root.attributes, root.text, root.line], ['Note', 'urn:a', {}, '', 2]);
    const { name, namespace, attributes, text, line } = root.children[0]!;
    assert.deepEqual(
      { name, namespace, attributes, text, line },
      { name: 'ID', namespace: 'urn:b', attributes: { schemeID: 'S', kind: 'k' }, text: '1 & <2>€', line: 3 },
    );
  });

  const refused: readonly (readonly [title: string, xml: string, message: RegExp, line: number])[] = [
    ['an element that is not closed', '<a>\n<b>\n</a>', /unexpected close tag/i, 3],
    ['a document that is cut off', '<a>\n<b>text', /unclosed tag/i, 2],
    ['an empty document', '', /document must contain a root element/i, 1],
    ['text beside the root', '<a/>\n\nmore', /text data outside of root node/i, 3],
    ['a prefix without a namespace', '<a>\n<x:b/></a>', /unbound namespace prefix/i, 2],
    ['an attribute twice', '<a b="1"\nb="2"/>', /duplicate attribute/i, 2],
    ['an entity that XML does not know', '<a>\n&nbsp;</a>', /undefined entity/i, 2],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>\n<a>&y;</a>', /document type declaration/, 1],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>', /document type declaration/, 1],
    ['nesting without end', `\n${'<a>'.repeat(300)}`, /nested more than 200 deep/, 2],
  ];
  for (const [title, xml, message, line] of refused) {
    it(`refuses ${title}, with its line`, async () => {
      const isTold = (error: unknown) => error instanceof XmlProblem && message.test(error.message) && error.line === line;
      assert.throws(() => parseXml(xml), isTold);
      await assert.rejects(parseXmlInPieces(xml), isTold);
    });
  }
});

describe('parseXmlInPieces', () => {
  it('reads the same, wherever a piece ends', async () => {
    const element = '<b kind="é😀">&amp;\r\n<![CDATA[<x>😀]]></b>';
    for (let before = 0; before <= element.length; before++) {
      const xml = `<a>${' '.repeat(250_000 - '<a>'.length - before)}${element}</a>`;
      assert.deepEqual(await parseXmlInPieces(xml), parseXml(xml));
    }
  });

  it('lets others have their turn while it reads a large document', async () => {
    const xml = `<a>${'<b><c>some text</c><d e="1">more</d></b>'.repeat(125_000)}</a>`;
    let [turns, done] = [0, false];
    const turn = () => {
      turns++;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    const root = await parseXmlInPieces(xml);
    done = true;
    assert.equal(root.children.length, 125_000);
    assert.ok(turns >= 10, `${turns} turns in ${xml.length} characters`);
  });
});
