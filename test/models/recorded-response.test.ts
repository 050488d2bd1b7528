import { strict as assert } from 'node:assert';
import { recordedResponse } from '../../src/models/recorded-response.js';

const TEXT = '{"word": "Grüße 😀"}';

function recorded(): Response {
  return recordedResponse(TEXT, { status: 200, headers: { 'content-type': 'application/json' } });
}

describe('A recorded response', () => {
  it('is read in every way that a response is', async () => {
    assert.equal(recorded().ok, true);
    assert.equal(recorded().headers.get('content-type'), 'application/json');
    assert.equal(await recorded().text(), TEXT);
    assert.deepEqual(await recorded().json(), { word: 'Grüße 😀' });
    assert.equal(Buffer.from(await recorded().arrayBuffer()).toString(), TEXT);
    const blob = await recorded().blob();
    assert.equal(await blob.text(), TEXT);
    assert.equal(blob.type, 'application/json');
    assert.equal(await recorded().clone().text(), TEXT);
    await assert.rejects(recorded().formData());
  });

  it('is a stream for who wants one', async () => {
    const response = recorded();
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of response.body!) text += decoder.decode(piece as Uint8Array, { stream: true });
    assert.equal(text, TEXT);
    assert.equal(response.bodyUsed, true);
  });

  it('rejects what is no JSON as a response does', async () => {
    await assert.rejects(recordedResponse('<html>', {}).json(), SyntaxError);
  });
});
