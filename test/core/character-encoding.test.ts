// Needs nothing.

import assert from 'node:assert/strict';
import { decodeBytes, encodingNamed, htmlEncoding, xmlEncoding } from '../../src/core/character-encoding.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('character encodings', () => {
  it('reads windows-1252 by the table of the Encoding Standard, under all its names', () => {
    for (const label of ['windows-1252', 'ISO-8859-1', 'latin1', 'us-ascii', 'cp1252']) assert.equal(encodingNamed(label), 'windows-1252', label);
    assert.equal(decodeBytes(bytes('\u{80} \u{93}a\u{94} \u{96} \u{9f} \u{81} \u{e9}\u{ff}'), 'windows-1252'), '€ “a” – Ÿ \u{81} éÿ');
    const all = decodeBytes(
      Uint8Array.from({ length: 256 }, (_, index) => index),
      'windows-1252',
    );
    assert.deepEqual([all.length, new Set(all).size], [256, 256]);
  });

  it('reads other encodings, strictly or not', () => {
    assert.equal(decodeBytes(Uint8Array.of(0xcf, 0xf0, 0xe8), 'windows-1251'), 'При');
    assert.equal(decodeBytes(Uint8Array.of(0x93, 0xfa, 0x96, 0x7b), 'shift_jis'), '日本');
    assert.equal(decodeBytes(Uint8Array.of(0x61, 0xff), 'utf-8'), 'a\uFFFD');
    assert.throws(() => decodeBytes(Uint8Array.of(0x61, 0xff), 'utf-8', { strict: true }), TypeError);
    assert.equal(encodingNamed('EBCDIC-9'), undefined);
  });

  it('finds what a document declares', () => {
    assert.equal(xmlEncoding(bytes(`<?xml version="1.0" encoding='Windows-1252'?><a/>`)), 'Windows-1252');
    assert.equal(xmlEncoding(bytes('<a encoding="x"/>')), undefined);
    for (const meta of ['<meta charset=koi8-r>', '<META name=a charset="koi8-r" />', `<meta http-equiv="Content-Type" content='text/html; charset=koi8-r'>`])
      assert.equal(htmlEncoding(bytes(`<html><head>${meta}`)), 'koi8-r', meta);
    assert.equal(htmlEncoding(bytes('<html><head><title>charset=koi8-r</title>')), undefined);
  });
});
