// Pictures: asked for, painted piece by piece, and never replaced by older ones.
import {colorParameters, get, pictureParameters} from './api.js';
import {currentView, map, placeOf, sameView} from './geometry.js';

/** The last whole picture, and the one that is being painted over it. */
export const shown = {base: null, top: null, facts: null, busy: false, error: ''};

let onPaint = () => {}, onColors = () => {};
export function whenPainted(paint, colors) { onPaint = paint; onColors = colors; }

// Colours 

const tables = new Map();

/** The colour map of the state: its JSON, and its colours as words of an ImageData. */
export function colorTable() {
  const key = JSON.stringify(colorParameters());
  if (!tables.has(key)) {
    if (tables.size > 200) tables.clear();
    const table = get('api/colors', colorParameters()).then(reply => reply.json()).then(json => {
      json.words = new Uint32Array(256);
      json.colors.forEach((color, i) => { json.words[i] = wordOf(color); });
      return json;
    });
    table.catch(() => tables.delete(key));
    tables.set(key, table);
  }
  return tables.get(key);
}

const wordOf = color => {
  const rgb = parseInt(color.slice(1), 16);
  return (0xff000000 | (rgb & 0xff) << 16 | rgb & 0xff00 | rgb >> 16) >>> 0;
};

// Painting 

const spare = [];

class Picture {
  constructor(view, key, number) {
    Object.assign(this, {view, key, number, done: 0});
    // Sixty a second of megabytes each are not for the garbage collector.
    const found = spare.findIndex(({canvas}) => canvas.width === view.cols && canvas.height === view.rows);
    this.used = found >= 0;
    if (this.used) { Object.assign(this, spare.splice(found, 1)[0]); return; }
    this.canvas = document.createElement('canvas');
    this.canvas.width = view.cols;
    this.canvas.height = view.rows;
    this.context = this.canvas.getContext('2d');
    this.image = this.context.createImageData(view.cols, view.rows);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  /** Its memory is for the next one. */
  retire() {
    const {canvas, context, image, words} = this;
    if (spare.length < 3) spare.push({canvas, context, image, words});
    else spare[numbers % 3] = {canvas, context, image, words};
  }

  /** Runs paint all pixels; cells leave what is not known yet transparent. */
  clear() {
    if (!this.used) return;
    this.used = false;
    this.words.fill(0);
    this.context.clearRect(0, 0, this.view.cols, this.view.rows);
  }

  runs({y, rows}, content, table) {
    const {cols} = this.view;
    let at = y * cols, begin = 0;
    for (const word of new Uint32Array(content)) {
      const end = word >>> 8;
      this.words.fill(table[word & 255], at + begin, at + end);
      begin = end === cols ? 0 : end;
      if (!begin) at += cols;
    }
    this.context.putImageData(this.image, 0, 0, 0, y, cols, rows);
  }

  cells({x, y, cols, rows, scale}, content, table) {
    this.clear();
    const indices = new Uint8Array(content), {words, view} = this;
    const right = Math.min(x + cols * scale, view.cols);
    if (scale === 1) this.done += cols * rows;
    for (let row = 0; row < rows; ++row) {
      const top = Math.max(y + row * scale, 0), bottom = Math.min(y + (row + 1) * scale, view.rows);
      for (let py = top; py < bottom; ++py)
        if (scale === 1)
          for (let i = 0; i < cols; ++i) words[py * view.cols + x + i] = table[indices[row * cols + i]];
        else
          for (let i = 0; i < cols; ++i) {
            const from = Math.max(x + i * scale, 0), to = Math.min(x + (i + 1) * scale, right);
            if (to > from) words.fill(table[indices[row * cols + i]], py * view.cols + from, py * view.cols + to);
          }
    }
    const left = Math.max(x, 0), top = Math.max(y, 0);
    this.context.putImageData(this.image, 0, 0, left, top, right - left, Math.min(y + rows * scale, view.rows) - top);
  }
}

/** Pieces as they arrive: eight words of head, then the content. */
async function* piecesOf(reply) {
  const reader = reply.body.getReader();
  let buffer = new Uint8Array(0);
  const need = async size => {
    if (buffer.length >= size) return true;
    const parts = [buffer];
    let length = buffer.length;
    while (length < size) {
      const {done, value} = await reader.read();
      if (done) { if (length) throw new Error('the server has ended half way'); return false; }
      parts.push(value);
      length += value.length;
    }
    buffer = new Uint8Array(length);
    let at = 0;
    for (const part of parts) { buffer.set(part, at); at += part.length; }
    return true;
  };
  const take = size => { const taken = buffer.slice(0, size); buffer = buffer.subarray(size); return taken.buffer; };
  while (await need(32)) {
    const head = take(32), [kind, , , cols, rows, scale, bytes] = new Uint32Array(head), [, x, y] = new Int32Array(head);
    await need(bytes + (4 - bytes % 4) % 4);
    const content = take(bytes);
    take((4 - bytes % 4) % 4);
    yield {kind, x, y, cols, rows, scale, content};
  }
}

// Asking 

const most = 2;         // in flight
const flights = new Set();
let numbers = 0, timer = 0, pause = 0;
let failed = null;      // what was refused, or not answered and is asked for once more at its time `again`

const samePlace = (flight, view, key) => flight.key === key && sameView(flight.view, view);

/** Sees to it that the picture of the state is there or on its way. */
export function refresh() {
  const view = currentView(), key = JSON.stringify(pictureParameters());
  if (failed && samePlace(failed, view, key) && !(performance.now() >= failed.again)) return;
  if (shown.base && samePlace(shown.base, view, key)) {
    abortAll();
    shown.top = null;
    if (failed && !failed.again) shown.error = '';
    failed = null;
    return;
  }
  for (const flight of flights) if (samePlace(flight, view, key)) return;
  // What takes long is superseded; frames that come at once are shown on the way.
  if (view.lattice) abortAll();
  if (flights.size >= most || document.hidden) return;
  fly({view, key, number: ++numbers, abort: new AbortController()});
}

function abortAll() {
  for (const flight of flights) flight.abort.abort();
  flights.clear();
}
export const isBusy = () => flights.size > 0;

async function fly(flight) {
  flights.add(flight);
  shown.busy = true;
  const {view} = flight;
  try {
    const [reply, colors] = await Promise.all([
      get('api/view', {...placeOf(view), ...pictureParameters()}, flight.abort.signal), colorTable()]);
    const picture = new Picture(view, flight.key, flight.number);
    picture.colors = colors;
    let facts = null;
    for await (const piece of piecesOf(reply)) {
      flight.abort.signal.throwIfAborted();  // pieces that were read before
      if (piece.kind === 3) { facts = JSON.parse(new TextDecoder().decode(piece.content)); continue; }
      if (piece.kind === 1) picture.runs(piece, piece.content, colors.words);
      else picture.cells(piece, piece.content, colors.words);
      if (piece.kind === 2 && flight.number > (shown.top?.number ?? 0)) { shown.top = picture; onColors(colors); }
      onPaint();
    }
    if (!facts) throw new Error('the server has ended half way');
    if (flight.number > (shown.base?.number ?? 0)) {
      if (!shown.base) performance.mark('first-picture');
      shown.base?.retire();
      shown.base = picture;
      shown.facts = facts;
      map.slow = facts.method === 'bptt' && !view.lattice ? true : map.slow;  // no runs: a lattice serves better
      onColors(colors);
    }
    if (shown.top && shown.top.number <= flight.number) shown.top = null;
    shown.error = '';
    failed = null;
    pause = 0;
  } catch (error) {
    if (error.name !== 'AbortError') {
      failed = flight;
      // Nobody answered: the page says so, and asks again, ever more rarely.
      if (error instanceof TypeError) {
        pause = Math.min(2 * pause || 1500, 24000);
        flight.again = performance.now() + pause;
        clearTimeout(timer);
        timer = setTimeout(refresh, pause + 10);
      } else shown.error = error.message;
    }
  }
  flights.delete(flight);
  shown.busy = flights.size > 0;
  onPaint();
  refresh();
}

document.addEventListener('visibilitychange', () => { if (document.hidden) abortAll(); else refresh(); });
