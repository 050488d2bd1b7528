// Needs nothing.

import assert from 'node:assert/strict';
import { addressOfMembers, candidateReference, canonicalJson, contentAddress, shortHash } from '../../src/store/content-address.js';
import type { Candidate } from '../../src/core/candidate.js';
import type { Json } from '../../src/core/json.js';

describe('content address', () => {
  it('writes JSON as RFC 8785 does', () => {
    // The example of RFC 8785, section 3.2.2, as a parser reads it.
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as Json;
    assert.equal(
      canonicalJson(value),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('is the SHA-256 of that text', () => {
    // printf '{"a":1,"b":2}' | sha256sum
    assert.equal(contentAddress({ b: 2, a: 1 }), '43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777');
  });

  it('tells different values apart, and does not tell the order of keys', () => {
    assert.equal(contentAddress({ a: { c: 1, b: [2] } }), contentAddress({ a: { b: [2], c: 1 } }));
    const different = [null, 0, '', '0', [], {}, [[]], [null], { a: null }, false];
    assert.equal(new Set(different.map(contentAddress)).size, different.length);
  });

  it('is the same of an object whose members are canonical already', () => {
    const value = { zeta: { b: 1, a: [null] }, Alpha: 'é "x"', task: 0 };
    const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, canonicalJson(member)]));
    assert.equal(addressOfMembers(members), contentAddress(value));
  });

  it('takes a lone surrogate for U+FFFD, in keys as well', () => {
    assert.equal(contentAddress({ text: ['cut \ud83d'] }), contentAddress({ text: ['cut \ufffd'] }));
    assert.equal(contentAddress({ 'cut \ude00': 1 }), contentAddress({ 'cut \ufffd': 1 }));
    assert.notEqual(contentAddress('🌊'), contentAddress('\ufffd'));
  });

  it('refuses what is not JSON', () => {
    assert.throws(() => contentAddress(Number.NaN));
    assert.throws(() => contentAddress(Number.POSITIVE_INFINITY));
    assert.throws(() => canonicalJson(undefined as unknown as null));
  });

  it('shortens', () => {
    // printf abc | sha256sum
    assert.equal(shortHash('abc'), 'ba7816bf8f');
    assert.equal(shortHash('abc', 16), 'ba7816bf8f01cfea');
  });

  it('refers to a candidate by what the agent sees, and to its document by all of it', () => {
    const item = (id: string, text: string) => ({ id, text, origins: [{ subset: 's1', taskIds: ['t1'] }] });
    const candidate = (id: string, text: string): Candidate => ({ modules: [{ kind: 'demos', name: 'examples', items: [item(id, text)] }], parents: [] });
    const one = candidateReference(candidate('i1', 'four characters in a token'));
    const renamed = candidateReference(candidate('i2', 'four characters in a token'));
    const changed = candidateReference(candidate('i1', 'other'));
    assert.equal(one.hash, renamed.hash);
    assert.notEqual(one.document, renamed.document);
    assert.notEqual(one.hash, changed.hash);
    assert.equal(one.tokens, 7);
  });
});
