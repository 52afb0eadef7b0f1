// The valley line, the contours, and where rounding decides the colour.
import {get, hasRowForm, isTrained, newest} from './api.js';
import {state} from './state.js';
import {map, pixelSize, placeOf, toWeights} from './geometry.js';
import {shown} from './frames.js';
import {line, redraw} from './map.js';

// The valley 

let valley = {key: '', wrec: [], wx: []};

const askValley = newest(async (key, y0, y1, h) => {
  const reply = await get('api/valley', {y0, y1, h, data: state.data});
  const wx = new Float64Array(await reply.arrayBuffer());
  valley = {key, wx, wrec: [...wx].map((_, i) => y0 + i * (y1 - y0) / Math.max(h - 1, 1))};
  redraw();
});

export function drawValley(context) {
  if (!state.valley || !hasRowForm()) return;
  const y0 = toWeights(0, map.rows)[1], y1 = toWeights(0, 0)[1];
  const h = Math.min(map.rows, 2000), key = `${state.data} ${y0} ${y1} ${h}`;
  if (key !== valley.key && y0 < y1) askValley(key, y0, y1, h);
  for (const [color, width] of [['rgb(0 0 0 / 60%)', 3.2], ['#ff5ac8', 1.6]]) {
    line(context, valley.wx.length, i => [valley.wx[i], valley.wrec[i]]);
    context.strokeStyle = color;
    context.lineWidth = width * map.ratio;
    context.stroke();
  }
}

// Contours: where neighbouring pixels of the picture differ in colour 

let contours = {of: null, canvas: null};

function contoursOf(picture) {
  if (contours.of === picture) return contours.canvas;
  const {cols, rows} = picture.view, canvas = document.createElement('canvas');
  canvas.width = cols;
  canvas.height = rows;
  const context = canvas.getContext('2d'), image = context.createImageData(cols, rows);
  const out = new Uint32Array(image.data.buffer), {words} = picture;
  for (let y = 0; y + 1 < rows; ++y)
    for (let i = y * cols, end = i + cols - 1; i < end; ++i)
      if (words[i] !== words[i + 1] || words[i] !== words[i + cols]) out[i] = 0xb0000000;
  context.putImageData(image, 0, 0);
  contours = {of: picture, canvas};
  return canvas;
}

/** Draws what has a pixel for so many pixels of a picture where that is now. */
function lay(context, {view}, canvas, scale = 1) {
  const {dx, dy} = pixelSize();
  const x = (view.x0 - view.dx / 2 - state.x) / dx + map.cols / 2, y = (state.y - view.y1 - view.dy / 2) / dy + map.rows / 2;
  context.drawImage(canvas, x, y, canvas.width * scale * view.dx / dx, canvas.height * scale * view.dy / dy);
}

export function drawContours(context) {
  if (state.contours && shown.base) lay(context, shown.base, contoursOf(shown.base));
}

// The error bound: blocks of pixels in whose middle the exact value may have another colour 

const block = 8, note = document.getElementById('bound-note');
let doubt = {of: null}, asking = null, timer = 0;

async function askDoubt(picture) {
  asking = new AbortController();
  try {
    const reply = await get('api/doubt', {...placeOf(picture.view), ...JSON.parse(picture.key)}, asking.signal);
    const cells = new Uint8Array(await reply.arrayBuffer());
    const width = Math.ceil(picture.view.cols / block), height = cells.length / width;
    const canvas = Object.assign(document.createElement('canvas'), {width, height});
    const context = canvas.getContext('2d'), image = context.createImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    // A chequer, which shows on any ground.
    cells.forEach((is, i) => { if (is) words[i] = (i % width + (i / width | 0)) % 2 ? 0x90ffffff : 0x90000000; });
    context.putImageData(image, 0, 0);
    const share = cells.reduce((sum, is) => sum + is, 0) / cells.length;
    const percent = Math.ceil(100 * share);
    Object.assign(doubt, {canvas});
    say(share ? `Chequered, ${percent} %: rounding may decide the colour.` : 'Rounding changes no colour, at one pixel of 64.');
    redraw();
  } catch (error) {
    if (error.name !== 'AbortError') say(error.message);
  }
}

function say(text) { if (note.textContent !== text) note.textContent = text; }

/** Asks for a picture that has been there for a moment; for none, not any more. */
function seeTo(picture) {
  if (doubt.of === picture) return;
  asking?.abort();
  clearTimeout(timer);
  doubt = {of: picture, view: picture?.view};
  say('');
  if (picture) timer = setTimeout(() => askDoubt(picture), 100);
}

export function drawBound(context) {
  note.hidden = !state.bound;
  if (!state.bound || isTrained() || !shown.base) {
    seeTo(null);
    if (state.bound && isTrained()) say('No error bound of trained fields is known.');
    return;
  }
  if (!shown.busy) seeTo(shown.base);
  if (doubt.of !== shown.base) say('');
  if (!doubt.canvas || doubt.of !== shown.base) return;
  context.imageSmoothingEnabled = false;
  lay(context, doubt, doubt.canvas, block);
  context.imageSmoothingEnabled = true;
}
