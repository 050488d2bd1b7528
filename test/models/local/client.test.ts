// Needs nothing: the model's files are not there.
import assert from 'node:assert/strict';
import { startLocalModel } from '../../../src/models/local/client.js';

describe('startLocalModel', () => {
  it('says why its server does not start', async function () {
    this.timeout(30_000);
    await assert.rejects(
      startLocalModel({ weightsPath: '/nowhere/model.gguf', runtimeFolder: '/nowhere' }),
      (error: Error & { readonly failureType?: string }) => {
        assert.equal(error.failureType, 'provider.unavailable');
        assert.match(error.message, /local model's server did not start.*node-llama-cpp/s);
        return true;
      },
    );
  });
});
