// Needs a local port.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { fetchPageTool, type FetchPageOptions } from '../../../src/agents/tools/fetch-page.js';
import { htmlText } from '../../../src/agents/tools/html-text.js';
import { isPublicAddress, publicLookup } from '../../../src/agents/tools/public-address.js';
import { webSearchTool, type SearchResult } from '../../../src/agents/tools/web-search.js';
import type { ToolContext } from '../../../src/agents/tool.js';
import { FAKE_MODEL, fakeSession } from '../fake-session.js';

const CONTEXT: ToolContext = {
  task: { id: 't', input: 'q' },
  folder: '/data',
  signal: new AbortController().signal,
  openai: fakeSession(() => 'unused').openai,
  model: FAKE_MODEL,
  now: () => 0,
  random: () => 0,
};

describe('web_search', () => {
  it("shows what the user's own function finds", async () => {
    const found: readonly SearchResult[] = [
      { title: 'A', url: 'https://a.example/', text: 'about a' },
      { title: 'B', url: 'https://b.example/' },
    ];
    const queries: string[] = [];
    const search = (query: string) => {
      queries.push(query);
      return query === 'nothing' ? [] : found;
    };
    assert.deepEqual(await webSearchTool({ search, most: 1 }).run({ query: 'a or b' }, CONTEXT), [found[0]]);
    assert.deepEqual(await webSearchTool({ search }).run({ query: 'both' }, CONTEXT), found);
    assert.match(String(await webSearchTool({ search }).run({ query: 'nothing' }, CONTEXT)), /Nothing was found/);
    assert.deepEqual(queries, ['a or b', 'both', 'nothing']);
  });
});

describe('fetch_page', () => {
  let server: Server;
  let host: string;
  const asked: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      const page = request.url ?? '/';
      asked.push(page);
      const send = (type: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
        response.writeHead(200, { 'content-type': type, ...headers }).end(body);
      if (page === '/page') send('text/html; charset=utf-8', '<html><head><title>T</title></head><body><h1>Hi</h1><a href="/next">next</a></body></html>');
      else if (page === '/gzip') send('text/plain', gzipSync('packed'), { 'content-encoding': 'gzip' });
      else if (page === '/brotli') send('application/json', brotliCompressSync('{"a":1}'), { 'content-encoding': 'br' });
      else if (page === '/bomb') send('text/plain', gzipSync(Buffer.alloc(6_000_000)), { 'content-encoding': 'gzip' });
      else if (page === '/cyrillic') send('text/html; charset="windows-1251"', Buffer.from([0xcf, 0xf0, 0xe8]));
      else if (page === '/japanese') send('text/html', Buffer.concat([Buffer.from('<meta charset=shift_jis><p>'), Buffer.from([0x93, 0xfa, 0x96, 0x7b])]));
      else if (page === '/western') send('text/plain; charset=iso-8859-1', Buffer.from([0x93, 0x80, 0x94]));
      else if (page === '/broken') send('text/plain; charset=utf-8', Buffer.from([0x61, 0xff, 0xc3, 0xa9]));
      else if (page === '/unknown') send('text/plain; charset=none', Buffer.from([0xc3, 0xa9]));
      else if (page === '/image') send('image/png', 'x');
      else if (page === '/moved') response.writeHead(302, { location: '/page' }).end();
      else if (page === '/inside') response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
      else if (page === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      else if (page.startsWith('/loop')) response.writeHead(302, { location: `${page}x` }).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `localhost:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const open = async (url: string, options: FetchPageOptions = { privateHosts: [host] }, args: Readonly<Record<string, unknown>> = {}) =>
    fetchPageTool(options).run({ url, ...args }, CONTEXT);

  it('shows pages as text, unpacked, over redirects, piece by piece', async () => {
    const text = `T\n\n# Hi\n[next](http://${host}/next)`;
    assert.equal(await open(`http://${host}/page`), text);
    assert.equal(await open(`http://${host}/moved`), text);
    assert.equal(await open(`http://${host}/gzip`), 'packed');
    assert.equal(await open(`http://${host}/brotli`), '{"a":1}');
    assert.match(String(await open(`http://${host}/page`, undefined, { limit: 4 })), /characters 0 to 3 of \d+; go on with offset 4\]\nT\n\n#$/);
  });

  it('reads the encoding that the header or the page names', async () => {
    for (const [page, text] of [
      ['cyrillic', 'При'],
      ['japanese', '日本'],
      ['western', '“€”'],
      ['broken', 'a\uFFFDé'],
      ['unknown', 'é'],
    ] as const)
      assert.equal(await open(`http://${host}/${page}`), text, page);
  });

  it('fetches a page once', async () => {
    const page = fetchPageTool({ privateHosts: [host] });
    asked.length = 0;
    for (const offset of [0, 2]) await page.run({ url: `http://${host}/page`, offset }, CONTEXT);
    assert.deepEqual(asked, ['/page']);
  });

  it('says what is wrong with a page', async () => {
    await assert.rejects(open(`http://${host}/none`), /\/none answered with the status 404/);
    await assert.rejects(open(`http://${host}/image`), /is of the type image\/png, which this tool cannot read/);
    await assert.rejects(open(`http://${host}/bomb`), /cannot be read: it has more than 5000000 bytes/);
    await assert.rejects(open(`http://${host}/loop`), /redirects more than 5 times/);
    await assert.rejects(open('ftp://example.com/'), /has to begin with https:\/\/ or http:\/\//);
    await assert.rejects(open('https://user:password@example.com/'), /Addresses with a name or password are not opened/);
    const ended = new AbortController();
    ended.abort();
    await assert.rejects(Promise.resolve(fetchPageTool({ privateHosts: [host] }).run({ url: `http://${host}/page` }, { ...CONTEXT, signal: ended.signal })), {
      name: 'AbortError',
    });
  });

  it('never reaches the machine or its network, directly, by name or by redirect', async () => {
    const port = host.split(':')[1]!;
    asked.length = 0;
    for (const url of [
      'http://127.0.0.1/',
      'http://[::1]/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::ffff:127.0.0.1]/',
      'http://10.1.2.3/',
      'http://169.254.169.254/',
      'http://[fd00::1]/',
    ])
      await assert.rejects(open(url, {}), /is no host of the public internet/, url);
    await assert.rejects(open('http://localhost/', {}), /localhost is no host of the public internet/);
    await assert.rejects(open(`http://localhost:${port}/page`, {}), /only the usual ports of web pages are opened/);
    assert.deepEqual(asked, []);
    await assert.rejects(open(`http://${host}/inside`), /169\.254\.169\.254 is no host of the public internet/);
    await assert.rejects(open(`http://${host}/file`), /has to begin with https/);
  });

  it('opens only the hosts that are named', async () => {
    await assert.rejects(open('https://example.org/', { hosts: ['example.com'] }), /example\.org is not among the hosts that may be opened: example\.com/);
    await assert.rejects(open('https://notexample.com/', { hosts: ['example.com'] }), /not among the hosts/);
  });

  it('knows public addresses', async () => {
    for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1']) assert.equal(isPublicAddress(address), true, address);
    for (const address of [
      '0.0.0.0',
      '10.0.0.1',
      '100.64.0.1',
      '127.1.2.3',
      '172.31.255.255',
      '192.168.1.1',
      '198.19.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:8.8.8.8',
      'fe80::1',
      'fc00::1',
      '2001:db8::1',
      '2002:7f00:1::',
      '64:ff9b::7f00:1',
      'example.com',
      '',
    ])
      assert.equal(isPublicAddress(address), false, address);
    const found = await new Promise((resolve) => publicLookup('localhost', {}, (error, address) => resolve(error ?? address)));
    assert.match(String(found), /localhost is no host of the public internet/);
  });
});

describe('htmlText', () => {
  const base = 'https://site.example/folder/page';
  it('keeps headings, lists, tables, links and entities, and drops scripts', () => {
    const html = `<!DOCTYPE html><head><title>A &amp; B</title><style>p{}</style></head><body><!-- <p>no</p> --><script>if (1 < 2) "</p>"</script>
      <h2>Head&shy;ing</h2><p>One&nbsp;<b>two</b> &lt;3 &#8364; &#x20ac; 5 < 6<br>next</p><ul><li>a<li>b</ul>
      <table><tr><th>x</th><td>1</td></tr><tr><td>y</td></tr></table><a title=">" href='../other?a=1&amp;b=2'>link</a> <a href="javascript:alert(1)">none</a></body>`;
    assert.equal(
      htmlText(html, base),
      'A & B\n\n## Head&shy;ing\n\nOne two <3 € € 5 < 6\nnext\n\n- a\n- b\n\nx\t1\n\ny\n\n[link](https://site.example/other?a=1&b=2) none',
    );
  });

  it('takes any text, in time that grows with its length only', () => {
    assert.equal(htmlText('no tags', base), 'no tags');
    assert.equal(htmlText('<p>cut <a href="x', base), 'cut');
    const begun = performance.now();
    for (const part of ['<', '<a ', '<script>', '<!--', '&', '<a href="', '</', ' <p> ']) htmlText(part.repeat(20_000), base);
    assert.ok(performance.now() - begun < 2_000, `${performance.now() - begun} ms`);
  });
});
