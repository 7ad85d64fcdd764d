import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const DIST = path.join(HERE, '..', '..', 'static', 'dist');
execFileSync(process.execPath, [path.join(HERE, '..', 'build.mjs')]);
const manifest = JSON.parse(fs.readFileSync(path.join(DIST, 'manifest.json'), 'utf8'));
const read = (name) => fs.readFileSync(path.join(DIST, name));

test('every page, style and picture is in the manifest under a name that carries its hash', () => {
  for (const name of ['site.js', 'form.js', 'diagram.js', 'site.css', 'form.css', 'diagram.css', 'mark.svg']) {
    assert.match(manifest[name], /-[0-9A-Z]{8}\.(js|css|svg)$/);
    assert.ok(read(manifest[name]).length > 0);
  }
});

test('what is stored compressed is the same file', () => {
  for (const name of Object.values(manifest)) {
    assert.deepEqual(zlib.gunzipSync(read(`${name}.gz`)), read(name));
    assert.deepEqual(zlib.brotliDecompressSync(read(`${name}.br`)), read(name));
  }
});

test('no page loads more than 300 kB of script', () => {
  const weights = JSON.parse(read('weights.json'));
  for (const name of ['site.js', 'form.js', 'diagram.js']) assert.ok(weights[name] > 0 && weights[name] <= 300_000, `${name} ${weights[name]}`);
});

test('a work item page with form, diagram and the share of a draw stays within the limit too', () => {
  const { 'site.js': site, ...weights } = JSON.parse(read('weights.json'));
  const parts = ['form.js', 'diagram.js', 'appointment.js'].map((name) => (weights[name] ?? site) - site);
  assert.ok(site + parts.reduce((sum, part) => sum + part) <= 300_000);
});

test('nothing is loaded from another place, and no script needs eval', () => {
  const css = read(manifest['site.css']).toString();
  assert.doesNotMatch(css, /url\(["']?https?:|@import/);
  for (const name of ['site.js', 'form.js', 'diagram.js']) assert.doesNotMatch(read(manifest[name]).toString(), /\beval\(|sourceMappingURL/);
});

test('the lock names no place that packages come from', () => {
  const lock = fs.readFileSync(path.join(HERE, '..', 'package-lock.json'), 'utf8');
  assert.doesNotMatch(lock, /"resolved"/);
});
