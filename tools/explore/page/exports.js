// One state, four forms: a link, a command, a file, and a file dropped here.
import {hasRowForm, info, isTrained, pictureParameters} from './api.js';
import {defaults, fragmentOf, points, remember, set, state, stateOf} from './state.js';
import {currentView, map} from './geometry.js';
import {shown} from './frames.js';

const $ = id => document.getElementById(id);
const dialog = $('export-dialog'), kind = $('export-kind'), size = $('export-size');

/** The picture's options as on the command line. */
function options(view, cols = view.cols, rows = view.rows) {
  const list = {};
  for (const [name, value] of Object.entries(pictureParameters())) if (name !== 'data') list[name] = value;
  list.wx = `${view.x0}:${view.x1}`;
  list.wrec = `${view.y0}:${view.y1}`;
  list.size = `${cols}x${rows}`;
  // What the command line takes as given need not be said; a palette says nothing to an array.
  for (const [name, usual] of [['cell', 'linear'], ['field', 'loss'], ['palette', 'viridis']]) if (list[name] === usual) delete list[name];
  if (!isTrained()) delete list.iterations;
  return list;
}

const quoted = text => /^[\w.:,=+\-/]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const dataOptions = () => info.data[state.data].options.map(quoted);

const colorNames = ['palette', 'style', 'scale', 'levels', 'range'];

/** Whether colours fit the map's values: the article has no picture of this. */
export const isFitted = () => state.cell !== 'linear' || !info.data[state.data].article || !info.article_fields.includes(state.field);

/** The command that makes the current picture, or what the export dialog asks for. */
export function command(file = 'view.png', cols, rows) {
  const list = options(currentView(), cols, rows), figure = /\.(svg|pdf)$/.test(file);
  if (file.endsWith('.path.csv')) return pathCommand(file);
  // The map has one range everywhere; the command line's follows from the window.
  if (!list.range && shown.base?.key === JSON.stringify(pictureParameters()))
    list.range = shown.base.colors.range.join(':');
  if (/\.(npy|npz|csv)$/.test(file)) for (const name of colorNames) delete list[name];
  if (figure) delete list.size;
  const words = Object.entries(list).map(([name, value]) => `--${name}=${quoted(String(value))}`);
  if (figure && state.valley && hasRowForm()) words.push('--valley');
  return ['gradscape surface', ...dataOptions(), ...words, figure ? '--figure' : '-o', file].join(' ');
}

function pathCommand(file) {
  const [x, y] = points(state.starts).at(-1) ?? [state.x, state.y], words = [`--start=${x},${y}`, `--cell=${state.cell}`];
  for (const name of ['optimizer', 'iterations', ...info.parameters[state.optimizer]])
    if (state[name] !== defaults[name]) words.push(`--${name.replaceAll('_', '-')}=${state[name]}`);
  return ['gradscape train', ...dataOptions(), ...words, '-o', file].join(' ');
}

/** The address that gives the same bytes. */
export function exportAddress(as, cols, rows) {
  const view = currentView(), figure = as === 'svg' || as === 'pdf';
  const parameters = {...options(view, cols, rows), data: state.data};
  if (as === 'path') {
    const query = {cell: state.cell, data: state.data, start: (points(state.starts).at(-1) ?? [state.x, state.y]).join(',')};
    for (const name of ['optimizer', 'iterations', ...info.parameters[state.optimizer]])
      if (state[name] !== defaults[name]) query[name.replaceAll('_', '-')] = state[name];
    return `export.csv?${new URLSearchParams(query)}`;
  }
  if (figure) {
    delete parameters.size;
    if (state.valley && hasRowForm()) parameters.valley = true;
  }
  return `export.${as}?${new URLSearchParams(parameters)}`;
}

function showExport() {
  const factor = Number(size.value), cols = map.cols * factor, rows = map.rows * factor, as = kind.value;
  size.disabled = ['svg', 'pdf', 'path'].includes(as);
  $('export-link').href = exportAddress(as, cols, rows);
  $('export-command').textContent = command(as === 'path' ? 'view.path.csv' : `view.${as}`, cols, rows);
}

export function openExport() {
  const chosen = size.value || '1';
  size.replaceChildren(...[1, 2, 4, 8, 16, 32].map(factor =>
    new Option(`${(map.cols * factor).toLocaleString()} × ${(map.rows * factor).toLocaleString()}`, factor)));
  size.value = chosen;
  showExport();
  dialog.showModal();
}
kind.addEventListener('change', showExport);
size.addEventListener('change', showExport);

export async function copy(text, button) {
  const label = button.dataset.label ??= button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    prompt('To copy:', text);
  }
  setTimeout(() => { button.textContent = label; }, 1200);
}
export const link = () => `${location.href.split('#')[0]}#${fragmentOf()}`;

// A picture dropped here 

/** The text chunks of a PNG, uncompressed ones. */
function textsOf(bytes) {
  const view = new DataView(bytes), texts = {}, decoder = new TextDecoder();
  for (let at = 8; at + 12 <= view.byteLength;) {
    const length = view.getUint32(at), type = decoder.decode(new Uint8Array(bytes, at + 4, 4));
    if (type === 'tEXt' || type === 'iTXt') {
      const content = new Uint8Array(bytes, at + 8, length), end = content.indexOf(0);
      let from = end + 1;
      if (type === 'iTXt') { from = content.indexOf(0, end + 3) + 1; from = content.indexOf(0, from) + 1; }
      texts[decoder.decode(content.subarray(0, end))] = decoder.decode(content.subarray(from));
    }
    at += 12 + length;
  }
  return texts;
}

/** The state that a picture of gradscape was made with. */
export function stateOfPicture(bytes) {
  const text = textsOf(bytes)['gradscape:parameters'];
  if (!text) throw new Error('this picture does not carry the parameters of a gradscape surface');
  const p = JSON.parse(text), [x0, x1] = p.wx, [y0, y1] = p.wrec, [cols, rows] = p.size;
  if (p.axes || (p.initial_state ?? 0) !== info.initial_state) throw new Error('this picture has --axes or another --initial-state');
  const dx = (x1 - x0) / Math.max(cols - 1, 1), dy = (y1 - y0) / Math.max(rows - 1, 1);
  const changes = {...defaults, x: (x0 + x1) / 2, y: (y0 + y1) / 2, span: dy * Math.min(cols, rows), aspect: dx / dy,
    cell: p.cell, field: p.field, palette: p.colors.palette, style: p.colors.style, scale: p.colors.scale,
    range: p.colors.range.join(':'), levels: p.colors.style === 'smooth' ? '' : String(p.colors.levels)};
  for (const [name, value] of Object.entries(p.training ?? {})) if (name in defaults) changes[name] = value;
  return changes;
}

addEventListener('dragover', event => event.preventDefault());
addEventListener('drop', async event => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (!file) return;
  // By way of a fragment: a file's names and numbers are as little to be trusted.
  try { set(stateOf(fragmentOf(stateOfPicture(await file.arrayBuffer())))); remember(50); } catch (error) { alert(error.message); }
});
