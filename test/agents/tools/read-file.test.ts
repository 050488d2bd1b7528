// Needs a temporary folder; documents are read in processes of their own. fixtures/cells.xlsx was written with openpyxl 3.1 from invented cells.

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { z } from 'zod';
import type { ToolContext } from '../../../src/agents/tool.js';
import { documentText } from '../../../src/agents/tools/documents/document-text.js';
import { readFileTool } from '../../../src/agents/tools/read-file.js';
import { viewImageTool } from '../../../src/agents/tools/view-image.js';
import { readBenchmark } from '../../../src/benchmarks/read-benchmark.js';
import { completion, FAKE_MODEL, fakeSession, type FakeAnswer, type FakeSession } from '../fake-session.js';

const CELLS = fileURLToPath(new URL('../../../../test/agents/tools/fixtures/cells.xlsx', import.meta.url));

function zip(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content])));
}

/** One page with one line of text, as small as a PDF can be. */
function pdf(text: string): string {
  const content = `BT /F1 12 Tf 20 100 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return `${body}xref\n0 6\n0000000000 65535 f \n${table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF`;
}

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const DOCX = zip({
  'word/document.xml': `<w:document ${W}><w:body><w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Plan</w:t></w:r></w:p>
    <w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:r><w:t>&amp; two</w:t><w:tab/><w:t>three</w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del></w:p>
    <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`,
  'word/footnotes.xml': `<w:footnotes ${W}><w:footnote><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>`,
});
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const slide = (text: string) => `<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`;
const PPTX = zip({
  'ppt/presentation.xml': `<p:presentation xmlns:p="p" xmlns:r="${RELATION}"><p:sldIdLst><p:sldId id="257" r:id="r2"/><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>`,
  'ppt/_rels/presentation.xml.rels': `<Relationships><Relationship Id="r1" Type="${RELATION}/slide" Target="slides/slide1.xml"/><Relationship Id="r2" Type="${RELATION}/slide" Target="slides/slide2.xml"/></Relationships>`,
  'ppt/slides/slide1.xml': slide('written first'),
  'ppt/slides/slide2.xml': slide('shown first'),
  'ppt/slides/_rels/slide1.xml.rels': `<Relationships><Relationship Id="r9" Type="${RELATION}/notesSlide" Target="../notesSlides/notesSlide1.xml"/></Relationships>`,
  'ppt/notesSlides/notesSlide1.xml': slide('say hello'),
});

describe('tools for attached files', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'watersmeet-files-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const context = (attachments: readonly string[], session: FakeSession = fakeSession(() => 'unused')): ToolContext => ({
    task: { id: 't', input: 'q', metadata: { attachments } },
    folder,
    signal: new AbortController().signal,
    openai: session.openai,
    model: FAKE_MODEL,
    now: () => 0,
    random: () => 0,
  });
  async function put(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(path.join(folder, name), content);
    return name;
  }
  const tool = readFileTool();
  const read = async (attachments: readonly string[], args: Readonly<Record<string, unknown>> = {}) =>
    tool.run(z.parse(tool.parameters, args), context(attachments));
  const shows = async (name: string, content: string | Uint8Array, expected: string, args?: Readonly<Record<string, unknown>>) =>
    assert.equal(await read([await put(name, content)], args), expected);

  it('shows texts of several encodings', async () => {
    await shows('a.txt', 'plain ü', 'plain ü');
    await shows('b.csv', Buffer.from([0x61, 0xe9, 0x2c, 0x62]), 'aé,b');
    await shows('b.txt', Buffer.from([0x93, 0x80, 0x94, 0x20, 0x96]), '“€” –');
    await shows(
      'b.xml',
      Buffer.from('<?xml version="1.0" encoding="windows-1251"?><a>\xcf</a>', 'latin1'),
      '<?xml version="1.0" encoding="windows-1251"?><a>П</a>',
    );
    await shows('b.html', Buffer.from('<html><meta charset="utf-16"><p>\xc3\xa9', 'latin1'), '<html><meta charset="utf-16"><p>é');
    await shows('c.json', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), '{}');
    await shows('empty.txt', '', 'empty.txt is empty.');
  });

  it('shows long texts piece by piece, and where something stands in them', async () => {
    const name = await put('long.txt', `${'0123456789'.repeat(1_000)} Needle in it`);
    assert.equal(await read([name], { offset: 9_995, limit: 10 }), '[long.txt: characters 9995 to 10004 of 10013; go on with offset 10005]\n56789 Need');
    assert.match(String(await read([name])), /^\[long\.txt: characters 0 to 5999 of 10013; go on with offset 6000\]\n0123/);
    assert.match(String(await read([name], { offset: 10_000 })), /; this is the end\]\n Needle in it$/);
    assert.equal(
      await read([name], { find: 'NEEDLE' }),
      `"NEEDLE" stands 1 time in long.txt:\noffset 10001: ...${'0123456789'.repeat(8).slice(1)} Needle in it...`,
    );
    assert.equal(await read([name], { find: 'a.c' }), '"a.c" does not stand in long.txt (10013 characters).');
    await assert.rejects(read([name], { offset: 20_000 }), /the offset 20000 is beyond its end/);
  });

  it('shows the cells of a workbook with dates, formulas, fills and merged cells', async () => {
    await copyFile(CELLS, path.join(folder, 'cells.xlsx'));
    const text = String(await read(['cells.xlsx']));
    for (const line of [
      'Sheets: "Sales & more", "Empty", "Hidden" (hidden)',
      '2\tNorth\t2024-05-01\t1234.5\t2024-05-01 12:30:00\tTRUE\t0.1',
      String.raw`3	South\nline	1900-01-05	0.3	08:15:00	FALSE`,
      'Formulas: C4 =SUM(C2:C3)',
      'Fills (RRGGBB): 00FF00: A6:B6; FF0000: D6 F6; 4F81BD: E6; 3B618E: F7',
      'Merged: A8:B9',
      '## Sheet "Empty": empty',
      '2\t\t12345678901234',
    ])
      assert.ok(text.split('\n').includes(line), `${line} is not in:\n${text}`);
    assert.match(text, /^1\tRegion\tDate\tAmount\tWhen\tFlag\tShare\t{22}far$/m);
  });

  it('shows a far cell of a workbook without the thousands of empty columns before it', async () => {
    const xlsx = zip({
      'xl/workbook.xml': `<workbook xmlns:r="${RELATION}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${RELATION}/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
      'xl/worksheets/sheet1.xml':
        '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="D1"><v>4</v></c></row><row r="2"><c r="B2"><v>2</v></c><c r="XFD2"><v>9</v></c></row></sheetData></worksheet>',
    });
    const lines = (await documentText('a.xlsx', xlsx, undefined)).split('\n').slice(3);
    assert.deepEqual(lines, ['row\tA\tB\tC\tD\t[E to XFC are empty]\tXFD', '1\t1\t\t\t4', '2\t\t2\t\t\t\t9']);
  });

  it('tells dates, times and durations from numbers by their formats', async () => {
    const cases: readonly (readonly [format: string, value: number, shown: string])[] = [
      ['dd/mm/yyyy hh:mm', 45_000.5, '2023-03-15 12:00:00'],
      ['[$-409]d-mmm-yy;@', 45_000, '2023-03-15'],
      ['hh:mm', 0.25, '06:00:00'],
      ['[h]:mm', 1.5, '36:00:00'],
      ['0 &quot;days&quot;', 3, '3'],
      ['[Red]0.00', 3.5, '3.5'],
      ['_-* #,##0.00\\ &quot;€&quot;_-', 1_234.5, '1234.5'],
      ['General', 0.1 + 0.2, '0.3'],
      ['yyyy', 1, '1900-01-01'],
      ['yyyy', 61, '1900-03-01'],
    ];
    const xlsx = zip({
      'xl/workbook.xml': `<workbook xmlns:r="${RELATION}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${RELATION}/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
      'xl/styles.xml': `<styleSheet><numFmts>${cases.map(([format], index) => `<numFmt numFmtId="${index + 164}" formatCode="${format}"/>`).join('')}</numFmts><cellXfs>${cases.map((_, index) => `<xf numFmtId="${index + 164}"/>`).join('')}</cellXfs></styleSheet>`,
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${cases.map(([, value], index) => `<row><c s="${index}"><v>${value}</v></c></row>`).join('')}</sheetData></worksheet>`,
    });
    const lines = (await documentText('a.xlsx', xlsx, undefined)).split('\n').slice(4);
    assert.deepEqual(
      lines,
      cases.map(([, , shown], index) => `${index + 1}\t${shown}`),
    );
  });

  it('shows documents, presentations in the order of the slides, and PDFs', async () => {
    assert.equal(await documentText('a.docx', DOCX, undefined), '## Plan\nOne & two\tthree\na / b\t\tc\n\nA note.');
    assert.equal(await documentText('a.pptx', PPTX, undefined), '--- slide 1 of 2 ---\nshown first\n\n--- slide 2 of 2 ---\nwritten first\nNotes: say hello');
    await shows('a.pdf', pdf('Total: 1,234.50 EUR'), '--- page 1 of 1 ---\nTotal: 1,234.50 EUR');
  });

  it('lists archives and shows the files in them', async () => {
    const archive = zip({ 'in/a.docx': DOCX, 'b.txt': 'hello', 'c.bin': new Uint8Array([0, 1]), 'd.zip': zip({ 'e.txt': 'deep' }) });
    const name = await put('a.zip', archive);
    assert.equal(await read([name], { file: 'a.zip/b.txt' }), 'hello');
    const text = (member?: string) => documentText('a.zip', archive, member);
    assert.match(await text(), /^An archive of 4 files; read one of them as "a\.zip\/<file>":\nin\/a\.docx \(\d+ bytes\)\nb\.txt \(5 bytes\)/);
    assert.equal(await text('d.zip/e.txt'), 'deep');
    const single = zip({ 'e.txt': 'x' });
    assert.equal(await documentText('s.zip', single, undefined), 'An archive of 1 file; read it as "s.zip/<file>":\ne.txt (1 byte)');
    assert.match(await text('in/a.docx'), /^## Plan/);
    await assert.rejects(text('x'), /a\.zip holds no "x"\. It holds:\nin\/a\.docx/);
    await assert.rejects(text('c.bin'), /c\.bin is no text: a file of the kind "\.bin" with 2 bytes/);
    // It says to hold 1 GB: the size stands 24 bytes after the beginning of the entry in the list at the end.
    const bomb = Buffer.from(zip({ 'big.txt': 'x' }));
    bomb.writeUInt32LE(2 ** 30, bomb.lastIndexOf('PK\u0001\u0002') + 24);
    await assert.rejects(documentText('bomb.zip', bomb, 'big.txt'), /it unpacks to more than 200 MB/);
  });

  it('reads nothing but the attachments of the task', async () => {
    await put('metadata.jsonl', '{"Final answer": "secret"}');
    await put('mine.txt', 'mine');
    await symlink('/etc', path.join(folder, 'etc'));
    for (const file of ['metadata.jsonl', '../metadata.jsonl', '/etc/hostname', 'etc/hostname', 'mine.txt/../metadata.jsonl'])
      await assert.rejects(read(['mine.txt'], { file }), /There is no attached file|is no archive/);
    assert.equal(await read(['mine.txt']), 'mine');
    await assert.rejects(read([]), /This task has no attached files/);
    await assert.rejects(read(['mine.txt', 'a.txt']), /Name one of the attached files: mine\.txt, a\.txt/);
    await symlink('/etc/hostname', path.join(folder, 'link.txt'));
    await assert.rejects(read(['link.txt']), { failureType: 'agent.broken', message: /link\.txt is a link out of its folder/ });
    await assert.rejects(read(['../x.txt']), { failureType: 'agent.broken', message: /lies outside of/ });
    await assert.rejects(read(['gone.txt']), { failureType: 'agent.broken', message: /gone\.txt is missing/ });
  });

  it("reads the attachments of a person's own tasks", async () => {
    await put('mine.txt', 'mine');
    const [task] = await readBenchmark([{ input: 'What does it say?', expected: 'mine', attachments: ['mine.txt'] }]);
    assert.equal(await tool.run({}, { ...context([]), task: task! }), 'mine');
  });

  it('tells what is broken, and goes on', async () => {
    for (const [name, content, message] of [
      ['broken.pdf', 'no pdf', /^Error: broken\.pdf cannot be read as \.pdf: Invalid PDF structure\.$/],
      ['broken.xlsx', 'no zip', /broken\.xlsx cannot be read as \.xlsx: /],
      ['empty.docx', zip({ 'a.txt': 'a' }), /empty\.docx cannot be read as \.docx: it holds no Word document/],
      ['broken.zip', 'no zip', /broken\.zip cannot be read as \.zip: /],
      ['torn.docx', DOCX.subarray(0, DOCX.length - 40), /torn\.docx cannot be read as \.docx: /],
      ['bad.docx', zip({ 'word/document.xml': '<w:document><w:body>' }), /bad\.docx cannot be read as \.docx: .*unclosed tag/],
      ['sound.mp3', new Uint8Array([0x49, 0x44, 0x33, 0, 0]), /sound\.mp3 is no text: a file of the kind "\.mp3" with 5 bytes/],
    ] as const)
      await assert.rejects(documentText(name, typeof content === 'string' ? strToU8(content) : content, undefined), message);
    await assert.rejects(read([await put('broken.pdf', 'no pdf')]), /broken\.pdf cannot be read as \.pdf: /);
    await assert.rejects(read([await put('a.png', 'x')]), /a\.png is an image/);
    await shows('again.pdf', pdf('still here'), '--- page 1 of 1 ---\nstill here');
  });

  it('ends the reading of a document when it is told to', async () => {
    const name = await put('late.pdf', pdf('late'));
    const controller = new AbortController();
    const reading = readFileTool().run({ file: name }, { ...context([name]), signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await assert.rejects(Promise.resolve(reading), { name: 'AbortError' });
  });

  it("shows an image to the agent's model and passes on what it says", async () => {
    const name = await put('chart.png', new Uint8Array([1, 2, 3]));
    let answer: FakeAnswer = 'The bar is 42.';
    const session = fakeSession(() => answer);
    const view = viewImageTool();
    const ask = async (attachments: readonly string[]) => view.run({ question: 'How high is the bar?' }, context(attachments, session));
    assert.equal(await ask([name]), 'The bar is 42.');
    assert.deepEqual(session.requests[0]?.messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'How high is the bar?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
        ],
      },
    ]);
    assert.equal(session.requests[0]?.model, FAKE_MODEL.model);
    answer = { body: completion('') };
    await assert.rejects(ask([name]), /answered nothing about the image/);
    await assert.rejects(ask([await put('a.txt', 'a')]), /a\.txt is no image of a kind that models take/);
  });
});
