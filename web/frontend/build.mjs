// Builds web/static/dist: every src/pages/*.js and src/css/*.css (but partials, `_name`) is one entry, src/img is copied.
// The folder `fonts` beside them is for the server, which sets letters (PDF) in them; no page loads it.
// Names carry the content's hash, so they are served as immutable; manifest.json leads from `site.css` to the file.
// The folder is built beside the old one and swapped in, so that a running server never meets half a build.
import { build } from 'esbuild';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { editorPhrases } from './editor_phrases.mjs';
import { modellerPhrases } from './modeller_phrases.mjs';
import { chinesePhrases } from './phrases.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const STATIC = path.join(HERE, '..', 'static');
const DIST = path.join(STATIC, 'dist');
const FRESH = path.join(HERE, 'node_modules', `.dist-${process.pid}`);
const SCRIPT_LIMIT = 300_000; // bytes of script transferred for one page
const EDITOR_LIMIT = 500_000; // for one of the editors, which analysts open and keep open
const EDITORS = ['modeller.js', 'form_editor.js', 'decision_editor.js'];
const ON_EVERY_PAGE = 'site.js';
const COMPRESSIBLE = /\.(js|css|svg|json|ttf|eot)$/;

const LETTER_FONT = path.join(HERE, 'node_modules', '@expo-google-fonts', 'noto-serif-sc');
const LETTER_FILES = ['400Regular/NotoSerifSC_400Regular.ttf', '700Bold/NotoSerifSC_700Bold.ttf', 'LICENSE_FONT'];

const filesIn = async (folder, ending) => (await fs.readdir(path.join(HERE, 'src', folder)))
  .filter((name) => name.endsWith(ending) && !name.startsWith('_'))
  .map((name) => path.join(HERE, 'src', folder, name));

async function bundle() {
  const fonts = Object.fromEntries(['.woff', '.woff2', '.ttf', '.eot'].map((ending) => [ending, 'file']));
  const result = await build({
    absWorkingDir: HERE,
    entryPoints: [...await filesIn('pages', '.js'), ...await filesIn('css', '.css')],
    outdir: FRESH, entryNames: '[name]-[hash]', chunkNames: 'part-[hash]', assetNames: '[name]-[hash]',
    bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true, charset: 'utf8',
    legalComments: 'eof', jsx: 'automatic', jsxImportSource: 'preact', plugins: [editorPhrases, modellerPhrases, chinesePhrases], metafile: true, logLevel: 'warning', loader: { ...fonts, '.svg': 'dataurl' },
  });
  return result.metafile.outputs;
}

async function copyImages() {
  const names = {};
  for (const file of await fs.readdir(path.join(HERE, 'src', 'img'))) {
    const bytes = await fs.readFile(path.join(HERE, 'src', 'img', file));
    const hash = crypto.createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
    const { name, ext } = path.parse(file);
    names[file] = `${name}-${hash}${ext}`;
    await fs.writeFile(path.join(FRESH, names[file]), bytes);
  }
  return names;
}

async function copyLetterFonts() {
  await fs.mkdir(path.join(FRESH, 'fonts'));
  for (const file of LETTER_FILES) await fs.copyFile(path.join(LETTER_FONT, file), path.join(FRESH, 'fonts', path.basename(file)));
}

function entryNames(outputs) {
  const entries = Object.entries(outputs).filter(([, output]) => output.entryPoint);
  return Object.fromEntries(entries.map(([file, output]) => [path.basename(output.entryPoint), path.basename(file)]));
}

async function compress() {
  for (const name of await fs.readdir(FRESH)) {
    if (!COMPRESSIBLE.test(name)) continue;
    const bytes = await fs.readFile(path.join(FRESH, name));
    await fs.writeFile(path.join(FRESH, `${name}.gz`), zlib.gzipSync(bytes, { level: 9 }));
    const quality = { [zlib.constants.BROTLI_PARAM_QUALITY]: 10, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    await fs.writeFile(path.join(FRESH, `${name}.br`), zlib.brotliCompressSync(bytes, { params: quality }));
  }
}

/** All files that a browser loads for an entry before the page runs (dynamic imports are not among them). */
function loadedWith(outputs, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path: next, kind } of outputs[file].imports) {
    if (kind === 'import-statement') loadedWith(outputs, next, seen);
  }
  return seen;
}

/** Script bytes per page with the files that every page loads, as gzip sends them: the larger of the two stored forms. */
async function pageWeights(outputs) {
  const scripts = Object.keys(outputs).filter((file) => outputs[file].entryPoint?.endsWith('.js'));
  const site = scripts.find((file) => path.basename(outputs[file].entryPoint) === ON_EVERY_PAGE);
  const weights = {};
  for (const file of scripts) {
    const loaded = new Set([...loadedWith(outputs, file), ...(site ? loadedWith(outputs, site) : [])]);
    const sizes = await Promise.all([...loaded].map((name) => fs.stat(path.join(HERE, `${name}.gz`))));
    weights[path.basename(outputs[file].entryPoint)] = sizes.reduce((sum, { size }) => sum + size, 0);
  }
  return weights;
}

function refuseHeavyPages(weights) {
  const heavy = Object.entries(weights).filter(([name, bytes]) => bytes > (EDITORS.includes(name) ? EDITOR_LIMIT : SCRIPT_LIMIT));
  if (heavy.length) throw new Error(`more bytes of script than a page may load: ${JSON.stringify(heavy)}`);
}

async function swapIn() {
  const old = `${FRESH}-old`;
  await fs.mkdir(STATIC, { recursive: true });
  await fs.rename(DIST, old).catch((error) => { if (error.code !== 'ENOENT') throw error; });
  await fs.rename(FRESH, DIST);
  await fs.rm(old, { recursive: true, force: true });
}

const storedAs = (names) => JSON.stringify(Object.fromEntries(Object.entries(names).sort()), null, 1);

await fs.rm(FRESH, { recursive: true, force: true });
await fs.mkdir(FRESH, { recursive: true });
try {
  const outputs = await bundle();
  await fs.writeFile(path.join(FRESH, 'manifest.json'), storedAs({ ...entryNames(outputs), ...await copyImages() }));
  await compress();
  await copyLetterFonts();
  const weights = await pageWeights(outputs);
  refuseHeavyPages(weights);
  await fs.writeFile(path.join(FRESH, 'weights.json'), storedAs(weights));
  await swapIn();
  console.log(Object.entries(weights).map(([name, bytes]) => `${name} ${Math.round(bytes / 1000)} kB`).join(', '));
} finally {
  await fs.rm(FRESH, { recursive: true, force: true });
}
