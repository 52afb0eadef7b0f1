// Small line plots of the panel: lines over whole numbers, the other axis in decades.
import {raised} from './format.js';

/** Prepares a canvas; returns its context in CSS pixels, with its size. */
function prepared(canvas) {
  const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  const cols = Math.max(Math.round(width * ratio), 1), rows = Math.max(Math.round(height * ratio), 1);
  if (canvas.width !== cols) canvas.width = cols;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return {context, width, height};
}

const finite = values => values.filter(value => Number.isFinite(value));

/**
 * lines: [{x: [], y: [] (log10), color, dots}]; marker: an x to mark. Lines break where y is not finite.
 * labels: what the x axis says at its ends; top10: y above leaves the plot.
 */
export function plot(canvas, look, lines, {labels, title, marker, top10}) {
  const {context, width, height} = prepared(canvas);
  const em = look.em * 0.82, left = em * 3.6, right = em * 0.6, top = em * 1.5, bottom = em * 1.4;
  const ys = finite(lines.flatMap(line => line.y)), xs = finite(lines.flatMap(line => line.x));
  context.font = `${em}px ${look.family}`;
  context.fillStyle = look.quiet;
  context.textBaseline = 'top';
  context.fillText(title, left, 0);
  if (!ys.length) return;
  let lo = Math.floor(Math.min(...ys) * 2) / 2, hi = Math.ceil(Math.min(Math.max(...ys), top10 ?? Infinity) * 2) / 2;
  if (hi - lo < 1) { lo -= 0.5; hi += 0.5; }
  const first = Math.min(...xs), last = Math.max(...xs, first + 1);
  const px = x => left + (x - first) / (last - first) * (width - left - right);
  const py = y => top + (hi - y) / (hi - lo) * (height - top - bottom);
  context.strokeStyle = look.line;
  context.lineWidth = 1;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const step = Math.max(Math.ceil((hi - lo) / 4), 1);
  for (let decade = Math.ceil(lo / step) * step; decade <= hi; decade += step) {
    context.beginPath();
    context.moveTo(left, py(decade));
    context.lineTo(width - right, py(decade));
    context.stroke();
    context.fillText(Math.abs(decade) > 3 ? `10${raised(decade)}` : String(10 ** decade), left - em * 0.4, py(decade));
  }
  context.textBaseline = 'bottom';
  context.textAlign = 'left';
  context.fillText(labels[0], left, height);
  context.textAlign = 'right';
  context.fillText(labels[1], width - right, height);
  context.textAlign = 'left';
  context.lineJoin = 'round';
  context.save();
  context.beginPath();
  context.rect(left - 4, top - 4, width, height - top - bottom + 8);
  context.clip();
  for (const line of lines) {
    context.strokeStyle = context.fillStyle = line.color;
    context.lineWidth = line.width ?? 1.6;
    context.beginPath();
    let pen = false;
    line.x.forEach((x, i) => {
      if (!Number.isFinite(line.y[i])) { pen = false; return; }
      if (pen) context.lineTo(px(x), py(line.y[i])); else context.moveTo(px(x), py(line.y[i]));
      pen = true;
    });
    context.stroke();
    if (line.dots)
      line.x.forEach((x, i) => {
        if (!Number.isFinite(line.y[i])) return;
        context.beginPath();
        context.arc(px(x), py(line.y[i]), 2.6, 0, 7);
        // Hollow: the gradient is negative there.
        if (line.dots[i] > 0) context.fill(); else { context.lineWidth = 1.2; context.stroke(); }
      });
  }
  context.restore();
  if (marker !== undefined) {
    context.strokeStyle = look.ink;
    context.beginPath();
    context.moveTo(px(marker), top);
    context.lineTo(px(marker), height - bottom);
    context.stroke();
  }
}
