// Needs nothing but this package: starts processes of its own, in temporary folders.

import assert from 'node:assert/strict';
import fileSystem, { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { failureTypeOf } from '../../src/core/failures.js';
import { sha256 } from '../../src/store/content-address.js';
import { Connection } from '../../src/store/sqlite/connection.js';
import { storeError } from '../../src/store/sqlite/errors.js';
import { checkFileSystem, judgeFileSystem } from '../../src/store/sqlite/file-system.js';
import { openStore } from '../../src/store/sqlite/open-store.js';
import { sqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import type { Store } from '../../src/store/store.js';
import { storeContract } from './contract.js';
import { type Child, startChild } from './processes.js';
import { callClaim, recordedCall, rollout, runInput } from './samples.js';

storeContract('sqlite', { open: (folder, { now }) => openStore({ folder, now }) });

describe('sqlite store', () => {
  let folder: string;
  const stores: Store[] = [];
  const children: Child[] = [];

  const open = async (options: Partial<Parameters<typeof openStore>[0]> = {}) => {
    const store = await openStore({ folder, ...options });
    stores.push(store);
    return store;
  };
  const start = (task: string) => {
    const child = startChild(task, folder);
    children.push(child);
    return child;
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'watersmeet-sqlite-'));
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.process.kill('SIGKILL');
      await child.ended;
    }
    for (const store of stores.splice(0)) await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('opening', () => {
    it('makes no store when it is not to', async () => {
      for (const options of [{ readOnly: true }, { createIfMissing: false }]) {
        await assert.rejects(
          open({ folder: path.join(folder, 'nothing'), ...options }),
          (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes('There is no store in'),
        );
      }
      assert.deepEqual(await readdir(folder), []);
      await writeFile(path.join(folder, 'store.db'), '');
      for (const options of [{ readOnly: true }, { createIfMissing: false }]) {
        await assert.rejects(open(options), (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes('There is no store in'));
      }
    });

    it('reads and refuses to write when opened for reading', async () => {
      const writer = await open();
      const reference = await writer.putObject('plan', { a: 1 });
      const reader = await open({ readOnly: true });
      assert.equal(reader.id, writer.id);
      assert.deepEqual(await reader.getObject(reference), { a: 1 });
      await assert.rejects(reader.putObject('plan', 2), (error) => failureTypeOf(error) === 'internal.defect');
      await writer.putObject('plan', 3);
      assert.equal(await reader.getObject(await writer.putObject('plan', 3)), 3);
    });

    it('commits with an fsync, to the log', async () => {
      await open();
      const database = new Database(path.join(folder, 'store.db'));
      assert.deepEqual(database.pragma('journal_mode'), [{ journal_mode: 'wal' }]);
      database.close();
    });

    it('refuses a store that a newer package made: says which, and what to do', async () => {
      await (await open()).close();
      const database = new Database(path.join(folder, 'store.db'));
      database.exec("insert into migrations (version, name, applied_at, package_version) values (99, 'later', 0, '7.8.9')");
      database.close();
      for (const options of [{}, { readOnly: true }]) {
        await assert.rejects(open(options), (error: Error) => {
          assert.equal(failureTypeOf(error), 'input.invalid');
          assert.match(error.message, /version 99, made by watersmeet 7\.8\.9; this is watersmeet \d+\.\d+\.\d+.* Install watersmeet 7\.8\.9 or newer/);
          return error.message.includes(folder);
        });
      }
    });

    it('brings a store of version 2 up to date, whose long lists are one object each', async () => {
      const value = Array.from({ length: 2_500 }, (_, index) => ({ id: `t${index}` }));
      const before = await open();
      const reference = await before.putObject('task-list', value);
      await before.close();
      const database = new Database(path.join(folder, 'store.db'));
      database.exec('drop table list_pieces; delete from migrations where version = 3');
      database.close();
      const store = await open();
      assert.deepEqual(await store.getObject(reference), value);
      assert.deepEqual(await store.getSlice(reference, 1_990, 25), value.slice(1_990, 2_015));
      assert.equal(await store.putList('task-list', value), reference);
      assert.deepEqual(await store.getSlice(reference, 1_990, 25), value.slice(1_990, 2_015));
    });

    it('refuses a file that is no store, and leaves it as it is', async () => {
      await writeFile(path.join(folder, 'store.db'), 'These are my notes. '.repeat(500));
      await assert.rejects(open(), (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes('not a store'));
      assert.deepEqual(await readdir(folder), ['store.db']);
    });

    it('says so when the folder cannot be made', async () => {
      await writeFile(path.join(folder, 'file'), '');
      for (const inTheWay of ['file', 'file/deeper']) {
        await assert.rejects(
          open({ folder: path.join(folder, inTheWay) }),
          (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes('a file is in the way'),
        );
      }
    });

    it('says so when the file cannot be opened', async () => {
      await mkdir(path.join(folder, 'store.db'));
      await assert.rejects(open(), (error: Error) => failureTypeOf(error) === 'store.disk' && error.message.includes(folder));
    });

    it('looks at the file system of the folder', async function () {
      if (process.platform !== 'linux') this.skip();
      const { statfs } = fileSystem;
      const pretend = (type: number) => {
        fileSystem.statfs = (() => Promise.resolve({ type })) as unknown as typeof statfs;
        syncBuiltinESMExports();
      };
      try {
        pretend(0x6969);
        await assert.rejects(
          open(),
          (error: Error) => failureTypeOf(error) === 'input.invalid' && error.message.includes(`${folder} is on a network file system (NFS)`),
        );
        pretend(0x65735546);
        const warnings: string[] = [];
        await open({ warn: (sentence) => warnings.push(sentence) });
        assert.equal(warnings.length, 1);
      } finally {
        fileSystem.statfs = statfs;
        syncBuiltinESMExports();
      }
    });

    it('is made once when several processes open it at once', async () => {
      const racing = Array.from({ length: 5 }, () => start('open'));
      await Promise.all(racing.map((child) => child.line((line) => line === 'ready')));
      for (const child of racing) child.process.stdin?.end();
      const ids = await Promise.all(racing.map((child) => child.line((line) => line !== 'ready')));
      assert.equal(new Set(ids).size, 1);
      assert.equal((await open()).id, ids[0]);
    });
  });

  describe('file systems', () => {
    it('refuses those of a network, warns of those that may be one, takes all others', async () => {
      const verdict = async (type: number | undefined) => {
        const warnings: string[] = [];
        await checkFileSystem(
          '/somewhere',
          (sentence) => warnings.push(sentence),
          () => Promise.resolve(type),
        );
        return warnings;
      };
      for (const type of [0x6969, 0x517b, 0xff534d42, 0xff534d42 | 0]) {
        await assert.rejects(
          verdict(type),
          (error: Error) => failureTypeOf(error) === 'input.invalid' && /\/somewhere is on a network file system \((NFS|SMB|CIFS)\)/.test(error.message),
        );
      }
      for (const type of [0x65735546, 0x01021997]) assert.match((await verdict(type)).join(), /\/somewhere is on (FUSE|9p)/);
      // ext4, tmpfs, overlayfs, btrfs, xfs.
      for (const type of [0xef53, 0x01021994, 0x794c7630, 0x9123683e, 0x58465342, undefined]) assert.deepEqual(await verdict(type), []);
      assert.deepEqual(judgeFileSystem(0x6969), { verdict: 'network', name: 'NFS' });
    });
  });

  describe('several processes', () => {
    it('lets others promote and pause while one executes', async () => {
      const store = await open();
      await store.createRun({ id: 'run-1', project: 'ports', input: runInput(), startedBy: 'cli' });
      assert.deepEqual(await store.totals('run-1'), []);
      const child = start('promote');
      let number = 0;
      while (child.process.exitCode === null) {
        const numbers = Array.from({ length: 16 }, () => number++);
        await Promise.all(numbers.map((each) => store.putRollout(rollout({ number: each }))));
      }
      await child.ended;
      assert.deepEqual(child.lines, ['done']);
      assert.deepEqual(
        (await store.champions('ports')).map((champion) => [champion.version, champion.candidate.tokens]),
        Array.from({ length: 20 }, (_, index) => [20 - index, 19 - index]),
      );
      assert.equal((await store.getRun('run-1'))?.control, 'run');
      assert.equal((await store.evaluationRows('run-1')).length, number);
      assert.deepEqual(
        (await store.totals('run-1')).map((role) => [role.role, role.calls]),
        [
          ['agent', number],
          ['merger', 1],
        ],
        'rows that another process wrote are in the sums',
      );
    });

    it('waits for a lock that another process holds, and lets the event loop turn', async () => {
      const store = await open();
      await store.claimCall(callClaim());
      await store.recordCall(recordedCall());
      const child = start('block');
      await child.line((line) => line === 'blocking');
      let written = false;
      let longest = 0;
      let last = performance.now();
      const timer = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      const writing = store.putObject('plan', 1).then(() => (written = true));
      await sleep(300);
      assert.equal(written, false);
      assert.deepEqual(await store.listRuns(), [], 'readers are not kept waiting');
      assert.deepEqual(await Promise.race([store.getCall(callClaim().key), sleep(100, 'kept waiting')]), recordedCall());
      child.process.stdin?.end();
      await writing;
      clearInterval(timer);
      assert.ok(longest < 1_000, `the event loop stood still for ${longest} ms`);
    });

    it('loses nothing that it acknowledged when its process is killed with -9', async () => {
      for (const count of [50, 700]) {
        const child = start('write');
        await child.line((line) => line === `done ${count}`);
        child.process.kill('SIGKILL');
        await child.ended;
        const said = (word: string) => child.lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.split(' ')[1]));
        const store = await open();
        for (const number of said('recorded')) assert.equal((await store.getCall(sha256(`call ${number}`)))?.body, `answer ${number}`);
        const rows = new Set((await store.evaluationRows('run-1')).map((row) => row.taskHash));
        const events = new Set((await store.readEvents('run-1', 0)).map((event) => event.number));
        for (const number of said('done')) {
          assert.ok(rows.has(sha256(`task ${number}`)), `row ${number}`);
          assert.ok(events.has(number), `event ${number}`);
          assert.deepEqual(await store.getTrajectory(sha256(`trajectory ${number}`)), rollout({ number }).trajectory);
          assert.deepEqual(await store.getScore(sha256(`score ${number}`)), rollout({ number }).score);
        }
        const recorded = new Set(said('recorded'));
        for (const number of said('claimed')) {
          const claim = await store.claimCall(callClaim({ key: sha256(`call ${number}`), bootId: 'boot-2' }));
          if (recorded.has(number)) assert.equal(claim.state, 'recorded');
          else assert.ok(claim.state === 'recorded' || (claim.state === 'claimed' && claim.tookOver), `claim ${number}: ${JSON.stringify(claim)}`);
        }
        await store.close();
        await rm(folder, { recursive: true });
      }
    });
  });

  describe('a disk in trouble', () => {
    /** A store whose file may not grow beyond what it is. */
    const full = async () => {
      const store = await open();
      await store.claimCall(callClaim());
      await store.close();
      const database = new Database(path.join(folder, 'store.db'));
      const connection = new Connection(database, { folder, readOnly: false, now: Date.now });
      const small = sqliteStore(connection, 'id');
      stores.push(small);
      return { store: small, limit: (pages: number) => database.pragma(`max_page_count = ${pages}`) };
    };
    const isFull = (error: Error) => failureTypeOf(error) === 'store.disk' && error.message.includes(`The disk that holds ${folder} is full`);

    it('says that the disk is full, where, and loses nothing else', async () => {
      const { store, limit } = await full();
      limit(1);
      const writes = [1, 2, 3].map((number) => store.putObject('large', 'x'.repeat(100_000) + number));
      for (const write of writes) await assert.rejects(write, isFull);
      assert.match(store.trouble() ?? '', /is full/);
      await assert.rejects(store.recordCall(recordedCall({ body: 'x'.repeat(100_000) })), isFull);
      assert.equal(await store.getCall(sha256('call')), undefined, 'a record is whole or not there');
      limit(100_000);
      await store.recordCall(recordedCall());
      assert.equal(store.trouble(), undefined);
      assert.deepEqual(await store.getCall(sha256('call')), recordedCall());
      assert.deepEqual(await store.spent('run-1'), { recorded: 0.125, reserved: 0 });
    });

    it('claims nothing that it cannot write', async () => {
      const { store, limit } = await full();
      limit(1);
      await assert.rejects(store.claimCall(callClaim({ key: sha256('large'), request: 'x'.repeat(100_000) })), isFull);
      limit(100_000);
      assert.deepEqual(await store.claimCall(callClaim({ key: sha256('large') })), { state: 'claimed', tookOver: false });
    });

    it('gives every error of disk and file its place, and leaves the others', () => {
      const table: readonly (readonly [string, string | undefined])[] = [
        ['SQLITE_FULL', 'store.disk'],
        ['ENOSPC', 'store.disk'],
        ['SQLITE_IOERR', 'store.disk'],
        ['SQLITE_IOERR_WRITE', 'store.disk'],
        ['EACCES', 'store.disk'],
        ['SQLITE_BUSY', 'store.disk'],
        ['SQLITE_CORRUPT', 'input.invalid'],
        ['SQLITE_NOTADB', 'input.invalid'],
        ['SQLITE_CONSTRAINT_NOTNULL', undefined],
      ];
      for (const [code, type] of table) assert.equal(failureTypeOf(storeError(Object.assign(new Error('why'), { code }), '/somewhere')), type, code);
    });
  });

  it('commits what is asked for in one turn together', async () => {
    const store = await open();
    const database = new Database(path.join(folder, 'store.db'));
    const version = () => (database.prepare('pragma data_version').get([]) as { data_version: number }).data_version;
    const before = version();
    await Promise.all(Array.from({ length: 100 }, (_, number) => store.putRollout(rollout({ number }))));
    assert.equal(version(), before + 1);
    database.close();
  });

  it('keeps an operation that fails from taking its group with it, however often it is run', async () => {
    const store = await open();
    await store.totals('run-1');
    const broken = { ...rollout({ number: 1 }), row: { ...rollout({ number: 1 }).row, score: null as unknown as number } };
    const results = await Promise.allSettled([
      store.putRollout(rollout({ number: 0 })),
      store.putRollout(broken),
      store.putRollout(rollout({ number: 2 })),
      store.claimCall(callClaim()),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    assert.equal(await store.getTrajectory(sha256('trajectory 1')), undefined);
    assert.equal((await store.totals('run-1'))[0]?.calls, 2);
    await sleep(0);
    assert.deepEqual(await store.spent('run-1'), { recorded: 0, reserved: 0.25 });
  });
});
