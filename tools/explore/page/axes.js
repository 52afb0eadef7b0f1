// What stands around the picture: axes with ticks, and the colour bar.
import {info} from './api.js';
import {state} from './state.js';
import {map, pixelSize, toPixel, toWeights} from './geometry.js';
import {multiples, number, ticks, tickStep} from './format.js';

/** Colours and sizes of the style sheet, for canvases. */
export function theme() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue(name).trim();
  return {ink: of('--ink'), quiet: of('--quiet'), line: of('--line'), ground: of('--ground'), raised: of('--raised'),
    accent: of('--accent'), em: parseFloat(style.fontSize), family: style.fontFamily};
}

/** Room around the picture, in CSS pixels. */
export function margins(width, em) {
  const narrow = width < 34 * em;
  return {left: 5.6 * em, right: narrow ? 0.7 * em : 7.4 * em, top: 0.8 * em, bottom: 3.1 * em, bar: !narrow};
}

export const fieldLabel = field => info.labels[info.fields.indexOf(field)];

/** Draws w with an index; returns its width. */
function weight(context, index, x, y, em) {
  context.font = `italic ${em}px serif`;
  context.fillText('w', x, y);
  const wide = context.measureText('w').width;
  context.font = `${em * 0.72}px serif`;
  context.fillText(index, x + wide, y + em * 0.28);
  return wide + context.measureText(index).width;
}

/** `box` is the picture's place on the canvas, which is drawn in CSS pixels. */
export function drawAxes(context, box, look) {
  const {em} = look, {ratio} = map;
  const {dx, dy} = pixelSize();
  const [x0, y1] = toWeights(0, 0), [x1, y0] = toWeights(map.cols, map.rows);
  const xs = ticks(x0, x1, dx * ratio * em * 6.5), ys = ticks(y0, y1, dy * ratio * em * 4);
  context.save();
  context.strokeStyle = look.quiet;
  context.fillStyle = look.ink;
  context.lineWidth = 1;
  context.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
  context.font = `${em * 0.86}px ${look.family}`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.beginPath();
  for (const {at, text} of xs.list) {
    const x = box.x + toPixel(at, 0)[0] / ratio;
    context.moveTo(x, box.y + box.height + 1);
    context.lineTo(x, box.y + box.height + em * 0.4);
    context.fillText(text, x, box.y + box.height + em * 0.5);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const {at, text} of ys.list) {
    const y = box.y + toPixel(0, at)[1] / ratio;
    context.moveTo(box.x - 1, y);
    context.lineTo(box.x - em * 0.4, y);
    context.fillText(text, box.x - em * 0.6, y);
  }
  context.stroke();
  if (state.grid) {
    context.strokeStyle = 'rgb(128 128 128 / 45%)';
    context.beginPath();
    for (const {at} of xs.list) { const x = box.x + toPixel(at, 0)[0] / ratio; context.moveTo(x, box.y); context.lineTo(x, box.y + box.height); }
    for (const {at} of ys.list) { const y = box.y + toPixel(0, at)[1] / ratio; context.moveTo(box.x, y); context.lineTo(box.x + box.width, y); }
    context.stroke();
  }
  const rest = ({base, unit}) => base ? ` = ${base} + … · ${unit}` : '';
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  const wideX = xs.base ? em * 14 : em * 1.6;
  let x = box.x + box.width / 2 - wideX / 2;
  const low = box.y + box.height + em * 2.5;
  x += weight(context, 'x', x, low, em * 1.05);
  context.font = `${em * 0.86}px ${look.family}`;
  context.fillText(rest(xs), x, low);
  context.translate(em * 1.05, box.y + box.height / 2 + (ys.base ? em * 7 : em));
  context.rotate(-Math.PI / 2);
  x = weight(context, 'rec', 0, 0, em * 1.05);
  context.font = `${em * 0.86}px ${look.family}`;
  context.fillText(rest(ys), x, 0);
  context.restore();
}

/** The colours with some of their levels, and those outside. */
export function drawColorBar(context, box, look, colors) {
  const {em} = look, bands = colors.values.length - 1;
  const x = box.x + box.width + em * 0.9, width = em * 1.1, top = box.y + em * 1.6, height = box.height - em * 3.2;
  if (height < em * 8) return;
  context.save();
  const edge = i => Math.round((top + height * (1 - i / bands)) * map.ratio) / map.ratio;
  for (let i = 0; i < bands; ++i) {
    context.fillStyle = colors.colors[i + 1];
    context.fillRect(x, edge(i + 1), width, edge(i) - edge(i + 1));
  }
  // Outside: above and below the levels, set off a little.
  context.fillStyle = colors.colors[0];
  context.fillRect(x, top + height + em * 0.3, width, em * 0.8);
  context.fillStyle = colors.colors[bands + 1];
  context.fillRect(x, top - em * 1.1, width, em * 0.8);
  context.strokeStyle = look.quiet;
  context.lineWidth = 1;
  context.strokeRect(x - 0.5, top - 0.5, width + 1, height + 1);
  context.strokeRect(x - 0.5, top + height + em * 0.3 - 0.5, width + 1, em * 0.8 + 1);
  context.strokeRect(x - 0.5, top - em * 1.1 - 0.5, width + 1, em * 0.8 + 1);
  context.fillStyle = look.ink;
  context.font = `${em * 0.8}px ${look.family}`;
  context.textBaseline = 'middle';
  for (const {value, at} of barTicks(colors, height / (em * 1.7))) {
    const y = top + height * (1 - at);
    context.fillRect(x + width + 1, y - 0.5, em * 0.3, 1);
    context.fillText(number(value, 4), x + width + em * 0.55, y);
  }
  context.restore();
  context.save();
  context.fillStyle = look.quiet;
  context.font = `${em * 0.86}px ${look.family}`;
  context.textAlign = 'center';
  context.translate(x + em * 6.1, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(fieldLabel(state.field) + (colors.offset ? ` + ${colors.offset}` : ''), 0, 0);
  context.restore();
}

/** Round values with their places between the first level (0) and the last (1): decades, where there are some. */
function barTicks({values, scale, linear_within: within}, most) {
  const toScale = value => scale === 'linear' ? value : scale === 'log' ? Math.log10(value)
    : Math.sign(value) * (Math.abs(value) <= within ? Math.abs(value) / within : 1 + Math.log10(Math.abs(value) / within));
  const lo = values[0], hi = values.at(-1), from = toScale(lo), width = toScale(hi) - from;
  const place = value => ({value, at: (toScale(value) - from) / width});
  if (scale === 'linear' || width < 2) {
    const step = tickStep((hi - lo) / Math.min(most, 8)), near = step * 1e-9;
    return multiples(lo - near, hi + near, step).map(i => place(Number((i * step).toPrecision(12)))).filter(({at}) => at >= 0 && at <= 1);
  }
  const every = Math.ceil(width / most), list = [];
  for (let decade = 0; decade <= 400; decade += every)
    for (const value of scale === 'log' ? [10 ** decade, 10 ** -decade] : [within * 10 ** decade, -within * 10 ** decade])
      if (value >= lo * (1 - 1e-12) - (scale === 'log' ? 0 : 1e-300) && value <= hi && !list.some(tick => tick.value === value)) list.push(place(value));
  if (scale === 'symlog' && lo < 0 && hi > 0) list.push(place(0));
  return list.filter(({at}) => at >= -1e-9 && at <= 1 + 1e-9);
}
