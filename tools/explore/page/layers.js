// The valley line and the contours.
import {get, hasRowForm, newest} from './api.js';
import {state} from './state.js';
import {map, pixelSize, toWeights} from './geometry.js';
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

export function drawContours(context) {
  const picture = shown.base;
  if (!state.contours || !picture) return;
  const canvas = contoursOf(picture), {view} = picture, {dx, dy} = pixelSize();
  const x = (view.x0 - view.dx / 2 - state.x) / dx + map.cols / 2, y = (state.y - view.y1 - view.dy / 2) / dy + map.rows / 2;
  context.drawImage(canvas, x, y, view.cols * view.dx / dx, view.rows * view.dy / dy);
}
