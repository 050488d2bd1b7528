// Needs nothing.

import assert from 'node:assert/strict';
import { elementsAt, findElements, PathProblem, valuesAt, walk } from '../../../src/benchmarks/ubl/paths.js';
import { parseXml } from '../../../src/benchmarks/ubl/xml.js';

const INVOICE = parseXml(`<Invoice>
  <Note>Ref: A/1</Note>
  <Note>paid</Note>
  <Reference><ID>CMR-1</ID><Type>CMR</Type></Reference>
  <Reference><ID scheme="BL no">BL-2</ID><Type>B/L [sea]</Type></Reference>
  <Line><ID>1</ID><Item><Name>Freight</Name></Item></Line>
  <Line><ID>2</ID><Item><Name>Toll</Name></Item></Line>
  <Invoice/>
</Invoice>`);
const PLAIN = parseXml('<Invoice><ID>7</ID></Invoice>');

describe('paths in a document', () => {
  const rows: readonly (readonly [path: string, values: readonly string[]])[] = [
    ['Note', ['Ref: A/1', 'paid']],
    ['Note[2]', ['paid']],
    ['Note[3]', []],
    ['Note[.=paid]', ['paid']],
    ['Line/Item/Name', ['Freight', 'Toll']],
    ['Line[2]/Item/Name', ['Toll']],
    ['Line[Item/Name=Toll]/ID', ['2']],
    ['Reference[Type=CMR]/ID', ['CMR-1']],
    ['Reference[ID=BL-2]/Type', ['B/L [sea]']],
    ['*/ID', ['CMR-1', 'BL-2', '1', '2']],
    ['/Line/ID/', ['1', '2']],
    ['Nothing/ID', []],
    ['//ID', ['CMR-1', 'BL-2', '1', '2']],
    ['//Item//Name', ['Freight', 'Toll']],
    ['/Line//Name', ['Freight', 'Toll']],
    ['//*//Name', ['Freight', 'Toll']],
    ['//Line[2]/ID', ['2']],
    ["Reference[Type='CMR']/ID", ['CMR-1']],
    ['Reference[ID = "BL-2"]/cbc:ID', ['BL-2']],
    ['cac:Line[cac:Item/cbc:Name="Toll"]/cbc:ID', ['2']],
  ];
  for (const [path, values] of rows) it(`${path}: ${values.join(' | ')}`, () => assert.deepEqual(valuesAt(INVOICE, path), values));

  it('may begin with the name of the root, unless a child has it as well', () => {
    assert.deepEqual(valuesAt(PLAIN, 'Invoice/ID'), ['7']);
    assert.deepEqual(elementsAt(INVOICE, 'Invoice'), [INVOICE.children.at(-1)]);
  });

  it('a slash inside of brackets separates no steps', () => {
    assert.deepEqual(valuesAt(INVOICE, 'Note[.=Ref: A/1]'), ['Ref: A/1']);
  });

  for (const path of [
    'Line[',
    'Line[]',
    'Line[0]',
    'Line[=x]',
    'a b',
    'Line[2]x',
    '//Line/@id',
    'Line[ID="1" and Note="x"]',
    "Line[contains(ID,'1')]",
    'Line/text()',
  ]) {
    it(`${path} is no path`, () => assert.throws(() => elementsAt(INVOICE, path), PathProblem));
  }

  it('lead back to the very element they are told for', () => {
    for (const { path, element } of walk(INVOICE)) assert.deepEqual(elementsAt(INVOICE, path), [element], path);
  });

  it('finds elements by part of a name, of a text or of an attribute', () => {
    const paths = (query: Parameters<typeof findElements>[1]) => findElements(INVOICE, query).map(({ path }) => path);
    assert.deepEqual(paths({ name: 'NOTE' }), ['Note[1]', 'Note[2]']);
    assert.deepEqual(paths({ text: 'bl' }), ['Reference[2]/ID']);
    assert.deepEqual(paths({ text: 'BL NO' }), ['Reference[2]/ID']);
    assert.deepEqual(paths({ name: 'id', text: '2' }), ['Reference[2]/ID', 'Line[2]/ID']);
    assert.deepEqual(paths({}), []);
  });
});
